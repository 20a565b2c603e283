// The board as it was: by the scrubber, by its address, from an event, and back to now.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';

const executable = findBrowser();

describe.skipIf(!executable)('time travel', () => {
  const lab = useDashboard(executable);
  const cards = () => lab.page.locator('.card:visible .name').allTextContents();
  const state = () => lab.page.locator('.card:visible .state').first().textContent();
  const scrubber = () => lab.page.getByRole('slider', { name: 'Moment' });

  async function past(): Promise<void> {
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.hook('UserPromptSubmit', { prompt: 'Fix the till' });
    const call = { tool_name: 'Bash', tool_input: { command: 'npm publish' }, tool_use_id: 't1' };
    await lab.hook('PreToolUse', call);
    await lab.hook('PermissionRequest', call);
    await lab.hook('StopFailure', { error: 'rate_limit' });
    await lab.hook('SessionEnd', { reason: 'other' });
    await lab.hook('SessionStart', { source: 'startup', session_id: 's2', cwd: '/w/docs' });
  }
  const seqOf = async (topic: string): Promise<number> => (await lab.seqs(topic))[0] ?? 0;

  it('shows who was there and what they did, at any event', async () => {
    await past();
    await lab.logIn();
    await expect.poll(cards).toEqual(['docs']);
    await lab.page.getByRole('button', { name: 'Look back' }).click();
    await scrubber().waitFor();
    await lab.go(`#/?at=${await seqOf('permission.requested')}`);
    await expect.poll(cards).toEqual(['shop']);
    expect(await state()).toBe('Needs permission');
    await lab.page.locator('.past-words').getByText('permission.requested · Bash · npm publish').waitFor();
    await lab.go(`#/?at=${await seqOf('turn.failed')}`);
    await expect.poll(state).toBe('Turn failed: rate_limit');
    await lab.go('#/?at=1');
    await lab.page.getByText('No session was running then.').waitFor();
  });

  it('goes event by event by keyboard, and Back leads to now', async () => {
    await past();
    const began = await seqOf('session.discovered');
    await lab.logIn();
    await expect.poll(cards).toEqual(['docs']);
    await lab.page.getByRole('button', { name: 'Look back' }).click();
    await scrubber().focus();
    await lab.page.keyboard.press('Home');
    await lab.page.getByText('Before the first event').waitFor();
    for (let seq = 1; seq <= began; seq++) await lab.page.keyboard.press('ArrowRight');
    await expect.poll(cards).toEqual(['shop']);
    expect(lab.page.url()).toContain(`at=${began}`);
    const times = () =>
      lab.page
        .locator('.past-axis')
        .getByText(/^\d\d:\d\d:\d\d$/)
        .count();
    await expect.poll(times).toBe(5);
    // Who goes by keyboard sees where they are, and the times.
    const ring = await scrubber().evaluate(node => {
      const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(node);
      if (outlineStyle === 'none') return Number.POSITIVE_INFINITY;
      return (
        node.getBoundingClientRect().bottom +
        Number.parseFloat(outlineOffset) +
        Number.parseFloat(outlineWidth)
      );
    });
    expect(ring).toBeLessThanOrEqual((await lab.page.locator('.past-axis').boundingBox())?.y ?? 0);
    await lab.page.getByRole('button', { name: 'Back to now' }).click();
    await expect.poll(cards).toEqual(['docs']);
    expect(lab.page.url()).not.toContain('at=');
    await lab.page.goBack();
    await expect.poll(cards).toEqual(['shop']);
  });

  it('starts from an event one looks at', async () => {
    await past();
    await lab.logIn(`#/feed?event=${await seqOf('prompt.submitted')}`);
    await lab.page.getByRole('link', { name: 'the board then' }).click();
    await expect.poll(cards).toEqual(['shop']);
  });

  it('says so where it cannot go', async () => {
    await past();
    await lab.logIn('#/?at=99999');
    await lab.page.getByText('the state at 99999 cannot be told').waitFor();
  });
});
