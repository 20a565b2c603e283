// Sessions from before hookline on the page: told of, taken in with a press, found by words, and read on their own page.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { pastId, writePast } from '../support/past.ts';

const executable = findBrowser();
const DAY = 86_400_000;

describe.skipIf(!executable)('sessions from before hookline', () => {
  const lab = useDashboard(executable);
  const hits = () => lab.page.locator('.found .hit');
  const panel = () => lab.page.getByRole('complementary', { name: /^Event/ });

  /** They lie there when the daemon starts. */
  async function withPast(...numbers: number[]): Promise<void> {
    const claudeDir = lab.place.env['CLAUDE_CONFIG_DIR'] ?? '';
    await lab.restart(() => {
      for (const number of numbers)
        writePast(claudeDir, {
          ...{ sessionId: pastId(number), at: Date.now() - (10 - number) * DAY, turns: 3 },
          ...{ prompt: `mend capacitor ${number}`, cwd: path.join('/home/dev', `shop-${number}`) },
        });
    });
  }

  it('are taken in with a press, found by their words, and looked at one by one', async () => {
    await lab.hook('UserPromptSubmit', { prompt: 'the capacitor of today' });
    await lab.logIn();
    await withPast(1, 2);
    await lab.go('#/search');
    await lab.page.getByText('No search finds 2 finished sessions from before hookline.').waitFor();
    await lab.page.getByRole('button', { name: 'Take them in' }).click();
    await lab.page.getByText('All of them are here now.').waitFor();
    await lab.go('#/search?q=capacitor&topics=prompt.submitted');
    // The newest first, whichever log has it.
    await expect
      .poll(async () =>
        (await hits().allTextContents()).map(text => /capacitor (?:of today|\d)/.exec(text)?.[0]),
      )
      .toEqual(['capacitor of today', ...Array(3).fill('capacitor 2'), ...Array(3).fill('capacitor 1')]);
    await hits().last().click();
    await panel().getByText('of what was taken in').waitFor();
    expect(await panel().getByText('the board then').count()).toBe(0);
    const { events } = await lab.ask('GET', '/api/events?log=history&topics=prompt.submitted&limit=1');
    await panel().getByRole('button', { name: 'JSON' }).click();
    await expect.poll(() => panel().locator('.inspector-body').innerText()).toContain(String(events[0].seq));
    // The address alone leads there again.
    await lab.page.reload();
    await panel().getByText('of what was taken in').waitFor();
    await expect.poll(() => panel().getAttribute('aria-label')).toBe(`Event ${events[0].seq}`);
  });

  it('have a page of their own, also one that goes on today', async () => {
    await lab.logIn();
    await withPast(1, 2);
    await lab.ask('POST', '/api/history/import', {});
    await expect.poll(async () => (await lab.ask('GET', '/api/history')).import?.state).toBe('done');
    await lab.go(`#/session/${pastId(1)}`);
    const talk = lab.page.getByRole('region', { name: 'Conversation' });
    for (const said of ['mend capacitor 1', 'done with 0', 'done with 2'])
      await talk.getByText(said).first().waitFor();
    expect(await lab.page.getByText('The log has no event of this session.').isVisible()).toBe(false);
    await talk
      .getByRole('button', { name: /npm test/ })
      .first()
      .click();
    await panel().getByText('of what was taken in').waitFor();
    await lab.page.keyboard.press('j');
    await lab.page.keyboard.press('Escape');
    await panel().waitFor({ state: 'hidden' });
    const about = { session_id: pastId(2), cwd: '/home/dev/shop-2' };
    await lab.hook('SessionStart', { ...about, source: 'resume' });
    await lab.hook('UserPromptSubmit', { ...about, prompt: 'and once more' });
    await lab.go(`#/session/${pastId(2)}`);
    for (const said of ['done with 2', 'and once more']) await talk.getByText(said).first().waitFor();
    // Both logs in the order it happened: from today some steps back lead into what was taken in.
    await lab.hook('PreToolUse', {
      ...about,
      tool_name: 'Read',
      tool_input: { file_path: '/w/a.ts' },
      tool_use_id: 'r1',
    });
    await talk.getByRole('button', { name: /a\.ts/ }).first().click();
    await panel().waitFor();
    const isTakenIn = () => panel().getByText('of what was taken in').count();
    await expect
      .poll(async () => {
        if ((await isTakenIn()) === 0) await lab.page.keyboard.press('k');
        return isTakenIn();
      })
      .toBe(1);
  });
});
