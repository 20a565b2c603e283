// Search through the log: by words wherever they are, by topics, session and time; paged, and back by the address.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { startDaemon } from '../support/hookline.ts';
import { growLog } from '../support/long-session.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the search', () => {
  const lab = useDashboard(executable);
  const hits = () => lab.page.locator('.found .hit');
  const words = () => lab.page.getByLabel('Words to look for');

  it('finds words anywhere in an event, shows where they are, and opens it', async () => {
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.hook('PreToolUse', {
      tool_name: 'Write',
      tool_input: {
        file_path: '/w/notes.md',
        content: `${'x '.repeat(300)}the Needle is here ${'y '.repeat(300)}`,
      },
      tool_use_id: 't1',
    });
    await lab.hook('UserPromptSubmit', { prompt: 'Nothing of the kind' });
    await lab.logIn('#/search');
    await words().fill('needle notes');
    await words().press('Enter');
    await expect.poll(() => hits().count()).toBe(1);
    expect(await hits().locator('mark').allTextContents()).toEqual(['notes', 'Needle']);
    await lab.page.getByText('1 found').waitFor();
    await hits().first().click();
    await lab.page
      .getByRole('complementary', { name: /^Event/ })
      .getByText('Write')
      .first()
      .waitFor();
    expect(lab.page.url()).toContain('q=needle+notes');

    await words().fill('UserPromptSubmit kind');
    await words().press('Enter');
    await lab.page.getByText('in the payload of its hook').waitFor();

    await words().fill('needle haystack');
    await words().press('Enter');
    await lab.page.getByText('No event has all of this.').waitFor();
    await words().fill('needle');
    await lab.page.getByLabel('Topics').fill('prompt.* session.*');
    await words().press('Enter');
    await lab.page.getByText('No event has all of this.').waitFor();
  });

  it('goes on to older ones, page by page, none twice', async () => {
    await lab.logIn();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', 2000));
    await lab.go('#/search?q=step&topics=tool.use');
    await expect.poll(() => hits().count()).toBe(100);
    const more = lab.page.getByRole('button', { name: 'Older ones' });
    await more.click();
    await expect.poll(() => hits().count()).toBe(200);
    const calls = await hits().locator('.what').allTextContents();
    expect(new Set(calls).size).toBe(200);
  });

  it('shows what is one call as one hit, by the line that says what was called', async () => {
    const call = { tool_name: 'Bash', tool_input: { command: 'brew lager' }, tool_use_id: 't1' };
    await lab.hook('PreToolUse', call);
    await lab.hook('PostToolUse', { ...call, tool_response: { stdout: 'lager' }, duration_ms: 4 });
    await lab.hook('UserPromptSubmit', { prompt: 'More lager' });
    await lab.logIn('#/search?q=lager&topics=tool.*+prompt.*');
    await expect
      .poll(() => hits().locator('.what').allTextContents())
      .toEqual(['More lager', 'Bash · brew lager']);
    expect(await hits().locator('.places').allTextContents()).toEqual(['2 places']);
    await lab.page.getByText('2 found').waitFor();
    await hits().last().click();
    await lab.page
      .getByRole('complementary', { name: /^Event/ })
      .getByRole('heading', { name: 'tool.use' })
      .waitFor();
  });

  it('is bounded by session and time, from its address', async () => {
    await lab.hook('UserPromptSubmit', { prompt: 'apples', session_id: 's1', cwd: '/w/one' });
    await lab.hook('UserPromptSubmit', { prompt: 'apples', session_id: 's2', cwd: '/w/two' });
    await lab.logIn();
    await lab.go('#/search?q=apples&topics=prompt.*');
    await expect.poll(() => hits().count()).toBe(2);
    await lab.page.getByLabel('Session', { exact: true }).selectOption('s2');
    await expect.poll(() => hits().count()).toBe(1);
    await lab.page.getByLabel('Time').selectOption('1h');
    await expect.poll(() => hits().count()).toBe(1);
    await lab.go('#/search?q=apples&topics=prompt.*&until=2020-01-01T00:00:00');
    await lab.page.getByText('No event has all of this.').waitFor();
    expect(await lab.page.getByLabel('Time').inputValue()).toBe('custom');
    await lab.page.goBack();
    await expect.poll(() => hits().count()).toBe(1);
  });

  it('knows what a session that ended is called, and its events too', async () => {
    await lab.hook('UserPromptSubmit', { prompt: 'apples', session_id: 'long-gone-1', cwd: '/w/orchard' });
    await lab.logIn();
    await lab.hook('SessionEnd', { reason: 'other', session_id: 'long-gone-1', cwd: '/w/orchard' });
    // A page that has seen nothing of it.
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', 1000));
    await lab.page.reload();
    await lab.page.locator('#connection[data-phase="live"]').waitFor();
    await lab.go('#/search?q=apples&topics=prompt.*');
    await expect.poll(() => hits().locator('.who').allTextContents()).toEqual(['orchard']);
    await hits().first().click();
    await lab.page.locator('#inspector').getByRole('link', { name: 'orchard' }).waitFor();
  });

  it('leaves out what follows from the rest when only the essentials are wanted', async () => {
    await lab.hook('UserPromptSubmit', { prompt: 'apples' });
    const call = { tool_name: 'Bash', tool_input: { command: 'ls apples' }, tool_use_id: 't1' };
    await lab.hook('PreToolUse', call);
    await lab.hook('PostToolUse', { ...call, tool_response: { stdout: '' }, duration_ms: 4 });
    await lab.logIn();
    await lab.go('#/search?session=s1');
    const types = () => hits().locator('.type').allTextContents();
    await expect.poll(types).toContain('agent.state_changed');
    await lab.page.getByRole('button', { name: 'Essentials' }).click();
    await expect.poll(types).toEqual(['tool.use', 'prompt.submitted', 'session.discovered']);
    expect(lab.page.url()).toContain('only=essentials');
  });

  it('has room for what it found beside an event', async () => {
    await lab.hook('UserPromptSubmit', { prompt: 'apples' });
    await lab.page.setViewportSize({ width: 1280, height: 800 });
    await lab.logIn();
    for (const [route, line] of [
      ['#/search?q=apples&event=2', '.hit .what'],
      ['#/feed?event=2', '.row .what'],
    ] as const) {
      await lab.go(route);
      await lab.page.locator('#inspector .values').first().waitFor();
      const width = async (): Promise<number> =>
        (await lab.page.locator(line).first().boundingBox())?.width ?? 0;
      await expect.poll(width).toBeGreaterThan(600);
    }
  });

  it('says that the daemon is away, and goes on by itself or by hand', async () => {
    await lab.hook('UserPromptSubmit', { prompt: 'apples' });
    await lab.logIn('#/search');
    await words().waitFor();
    const { port } = lab.daemon;
    await lab.daemon.stop('SIGKILL');
    await lab.page.locator('#connection[data-phase="waiting"]').waitFor();
    await words().fill('apples');
    await words().press('Enter');
    await lab.page
      .getByText('hookline does not answer. What is looked for comes as soon as it does.')
      .waitFor();
    const again = lab.page.getByRole('button', { name: 'Try again' });
    await again.click();
    await again.waitFor();
    lab.daemon = await startDaemon(lab.place, '--port', String(port));
    await expect.poll(() => hits().count()).toBeGreaterThan(0);
    expect(await again.isVisible()).toBe(false);
  });

  it('says what is wrong with a question', async () => {
    await lab.logIn();
    await lab.go('#/search?topics=tool..use');
    await lab.page.getByText('has an empty segment').waitFor();
  });
});
