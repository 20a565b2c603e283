// One event in full: from the feed, by its address, in every form, and on to the next.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { growLog } from '../support/long-session.ts';
import { seenAt } from '../support/seen.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the inspector', () => {
  const lab = useDashboard(executable, { permissions: ['clipboard-read', 'clipboard-write'] });
  const panel = () => lab.page.getByRole('complementary', { name: /^Event/ });
  const command = `for file in *; do\n${'  echo "$file"\n'.repeat(40)}done`;

  async function someEvents(): Promise<void> {
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.hook('UserPromptSubmit', { prompt: 'List the files' });
    await lab.hook('PreToolUse', { tool_name: 'Bash', tool_input: { command }, tool_use_id: 't1' });
  }

  it('shows the fields of an event, long ones folded, and goes away with Escape', async () => {
    await someEvents();
    await lab.logIn('#/feed');
    await lab.page.getByRole('option').filter({ hasText: 'tool.use' }).click();
    await panel().getByRole('heading', { name: 'tool.use' }).waitFor();
    await panel().getByText('toolName').waitFor();
    const block = panel().locator('pre.block').first();
    expect((await block.textContent())?.length).toBeLessThan(command.length / 2);
    await panel()
      .getByRole('button', { name: /^Show all/ })
      .click();
    expect(await block.textContent()).toBe(command);
    await lab.page.keyboard.press('Escape');
    await panel().waitFor({ state: 'hidden' });
    expect(lab.page.url()).not.toContain('event=');
  });

  it('has an address, and Back closes it', async () => {
    await someEvents();
    await lab.logIn('#/feed');
    await lab.go('#/feed?event=3');
    await panel().getByRole('heading', { name: 'prompt.submitted' }).waitFor();
    await lab.page.goBack();
    await panel().waitFor({ state: 'hidden' });
    await lab.page.goForward();
    await panel().getByText('List the files').first().waitFor();
    await lab.page.reload();
    await panel().getByText('List the files').first().waitFor();
  });

  it('goes to the event before and after, by button and by key', async () => {
    await someEvents();
    await lab.logIn();
    await lab.go('#/?event=3');
    const heading = panel().getByRole('heading');
    await expect.poll(() => heading.textContent()).toBe('prompt.submitted');
    await panel().getByRole('button', { name: 'Event before' }).click();
    await expect.poll(() => heading.textContent()).toBe('session.discovered');
    await lab.page.keyboard.press('j');
    await lab.page.keyboard.press('j');
    await expect.poll(() => heading.textContent()).toBe('agent.state_changed');
  });

  it('shows and copies the JSON, and the payload of the hook', async () => {
    await someEvents();
    await lab.logIn();
    await lab.go('#/?event=3');
    await panel().getByRole('button', { name: 'JSON' }).click();
    await panel().getByText('"seq": 3').waitFor();
    const isCopied = seenAt(lab.page, '#inspector', 'Copied');
    await panel().getByRole('button', { name: 'Copy' }).click();
    await isCopied;
    const copied = JSON.parse(await lab.page.evaluate(() => navigator.clipboard.readText()));
    expect(copied).toMatchObject({ type: 'prompt.submitted', seq: 3, data: { prompt: 'List the files' } });
    await panel().getByRole('button', { name: 'Hook payload' }).click();
    await panel().getByText('"hook_event_name": "UserPromptSubmit"').waitFor();
  });

  it('shows with a result what was called, and leads from the one to the other', async () => {
    const about = { tool_name: 'Bash', tool_input: { command: 'npm run lint' }, tool_use_id: 'toolu_77' };
    await lab.hook('PreToolUse', about);
    await lab.hook('PostToolUseFailure', { ...about, error: 'Exit code 2', duration_ms: 12 });
    const [result] = await lab.seqs('tool.result');
    await lab.logIn(`#/feed?event=${result}`);
    await panel().locator('.values').getByText('npm run lint').waitFor();
    await panel().getByRole('link', { name: 'its call' }).click();
    await panel().getByRole('heading', { name: 'tool.use' }).waitFor();
    expect(lab.page.url()).toContain('#/feed?');
    await panel().getByRole('link', { name: 'its result' }).click();
    await panel().getByRole('heading', { name: 'tool.result' }).waitFor();
  });

  it('stays closed when somebody goes back, whatever else was looked at in it', async () => {
    const about = { tool_name: 'Bash', tool_input: { command: 'npm run lint' }, tool_use_id: 'toolu_77' };
    await lab.hook('PreToolUse', about);
    await lab.hook('PostToolUse', { ...about, tool_response: {}, duration_ms: 12 });
    await lab.logIn('#/usage');
    await lab.go('#/feed?all=1');
    await lab.page.getByRole('option').filter({ hasText: 'tool.result' }).click();
    await panel().getByRole('link', { name: 'its call' }).click();
    await panel().getByRole('heading', { name: 'tool.use' }).waitFor();
    await lab.page.keyboard.press('Escape');
    await panel().waitFor({ state: 'hidden' });
    expect(new URL(lab.page.url()).hash).toBe('#/feed?all=1');
    await lab.page.goBack();
    await lab.page.getByRole('heading', { name: 'Usage' }).waitFor();
    expect(await panel().isVisible()).toBe(false);
    // Opened by its address, with nothing before it in this view.
    await lab.go('#/feed?event=2');
    await panel().waitFor();
    await lab.page.keyboard.press('Escape');
    await panel().waitFor({ state: 'hidden' });
    await lab.page.goBack();
    await lab.page.getByRole('heading', { name: 'Usage' }).waitFor();
    // What is looked for meanwhile is kept.
    await lab.go('#/feed');
    await lab.page.getByRole('option').filter({ hasText: 'tool.use' }).click();
    await panel().waitFor();
    await lab.page.getByLabel('Show only rows with this text').fill('lint');
    await panel().getByRole('button', { name: 'Close' }).click();
    await panel().waitFor({ state: 'hidden' });
    expect(new URL(lab.page.url()).hash).toBe('#/feed?q=lint');
  });

  it('is of an event that is marked in the view, however it was opened', async () => {
    await someEvents();
    await lab.logIn();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', 1200));
    const isMarked = (selector: string): Promise<boolean> =>
      lab.page
        .locator(selector)
        .first()
        .evaluate(node => getComputedStyle(node).backgroundColor !== 'rgba(0, 0, 0, 0)');
    await lab.page.goto(`${lab.daemon.url}/#/feed?all=1&event=5`);
    const row = lab.page.locator('.row.active');
    await expect.poll(() => row.locator('.seq').textContent()).toBe('5');
    expect(await row.isVisible()).toBe(true);
    await lab.page.keyboard.press('k');
    await expect.poll(() => row.locator('.seq').textContent()).toBe('4');
    const [next = 0, use = 0] = (await lab.seqs('tool.use')).slice(-2);
    await lab.go(`#/search?topics=tool.use&event=${use}`);
    await expect.poll(() => isMarked(`.found [data-seqs="${use}"]`)).toBe(true);
    expect(await isMarked(`.found [data-seqs="${next}"]`)).toBe(false);
    await lab.page.keyboard.press('Escape');
    await expect.poll(() => isMarked(`.found [data-seqs="${use}"]`)).toBe(false);
    await lab.hook('PreToolUse', { tool_name: 'Bash', tool_input: { command: 'ls' }, tool_use_id: 't2' });
    const call = (await lab.seqs('tool.use')).at(-1);
    await lab.go(`#/session/s1?event=${call}`);
    await expect.poll(() => isMarked(`.call[data-seqs~="${call}"]`)).toBe(true);
    // What came of a call stands in the call's row.
    await lab.hook('PostToolUse', {
      tool_name: 'Bash',
      tool_input: { command: 'ls' },
      tool_response: { stdout: 'a' },
      tool_use_id: 't2',
    });
    await lab.go(`#/feed?event=${(await lab.seqs('tool.result')).at(-1)}`);
    await expect.poll(() => row.locator('.seq').textContent()).toBe(call?.toLocaleString('en'));
  });

  it('says so when the log does not have the event', async () => {
    await lab.logIn();
    await lab.go('#/?event=999');
    await panel().getByText('There is no event 999 in the log').waitFor();
  });
});
