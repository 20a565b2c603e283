// Search through the log: by words wherever they are, by topics, session and time; paged, and back by the address.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
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

  it('says what is wrong with a question', async () => {
    await lab.logIn();
    await lab.go('#/search?topics=tool..use');
    await lab.page.getByText('has an empty segment').waitFor();
  });
});
