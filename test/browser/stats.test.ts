// The page of what was done: tools that can be sorted, the hours, errors, cost by project; of a time and a project.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the stats page', () => {
  const lab = useDashboard(executable);
  const table = (title: string | RegExp) => lab.page.getByRole('region', { name: title });
  const tools = () => table('Tools').locator('tbody th').allTextContents();
  const call = async (
    session: string,
    id: string,
    tool_name: string,
    duration_ms: number,
    error?: string,
  ) => {
    const about = { session_id: session, cwd: `/w/${session}`, tool_name, tool_use_id: id, tool_input: {} };
    const end = error === undefined ? 'PostToolUse' : 'PostToolUseFailure';
    await lab.hook('PreToolUse', about);
    await lab.hook(end, {
      ...about,
      duration_ms,
      ...(error === undefined ? { tool_response: {} } : { error }),
    });
  };
  const seed = async () => {
    for (const session of ['shop', 'blog'])
      await lab.hook('SessionStart', { session_id: session, cwd: `/w/${session}`, source: 'startup' });
    await call('shop', 't1', 'Bash', 100);
    await call('shop', 't2', 'Bash', 4000, 'exit code 1');
    await call('blog', 't3', 'Read', 7);
    await lab.hook('StopFailure', { session_id: 'shop', cwd: '/w/shop', error: 'rate_limit' });
  };

  it('says so when nothing was done', async () => {
    await lab.logIn('#/stats');
    await lab.page.getByText('Nothing was done in this time').waitFor();
  });

  it('tools, hours and errors, with the keys as well', async () => {
    await seed();
    await lab.logIn();
    await lab.page.keyboard.press('g');
    await lab.page.keyboard.press('t');
    await table('Tools').waitFor();
    expect(await table('Tools').locator('tbody tr').first().locator('th, td').allTextContents()).toEqual([
      ...['Bash', '2', '1', '50 %'],
      ...['100 ms', '101 ms', '4.0 s'],
    ]);
    expect(await tools()).toEqual(['Bash', 'Read']);
    await table('Tools').getByRole('button', { name: 'Tool' }).click();
    await table('Tools').getByRole('button', { name: 'Fastest' }).focus();
    await lab.page.keyboard.press('Enter');
    await expect.poll(() => lab.page.url()).toContain('sort=fastest');
    expect(await table('Tools').locator('[aria-sort]').textContent()).toBe('Fastest');
    expect(await lab.page.evaluate(() => document.activeElement?.textContent)).toBe('Fastest');
    await table('Tools').getByRole('button', { name: 'Tool' }).click();
    await expect.poll(tools).toEqual(['Bash', 'Read']);

    const hours = table(/^When: tool calls by hour/);
    const dark = await hours.locator('[data-shade="4"]').allTextContents();
    expect(dark.map(Number).reduce((sum, value) => sum + value, 0)).toBeGreaterThanOrEqual(2);
    await lab.page.getByRole('button', { name: 'Failures' }).click();
    await table(/^When: failed tool calls/).waitFor();
    await lab.page.getByRole('button', { name: 'By day' }).click();
    await expect.poll(() => table(/^When/).locator('tbody tr').count()).toBeLessThan(3);
    expect(await table('Errors by kind').locator('tbody tr').allTextContents()).toEqual([
      'A tool failedtool.result1',
      'The turn failed: rate_limitturn.failed1',
    ]);
  });

  it('of a project and a time by its address, and what is done meanwhile', async () => {
    await seed();
    await lab.hook('SessionStart', { session_id: 's1', source: 'startup' });
    const usage = { input: 0, output: 50_000, cacheRead: 0, cacheCreation: 0 };
    const data = { text: 'Done.', messageId: 'm1', model: 'claude-opus-5-5', usage };
    await fetch(`${lab.daemon.url}/hook`, {
      method: 'POST',
      headers: { authorization: `Bearer ${lab.daemon.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sessionId: 'shop', type: 'message.assistant', data }),
    });
    await lab.logIn('#/stats?days=7');
    await table('Cost by project').getByRole('link', { name: 'shop' }).click();
    await expect.poll(tools).toEqual(['Bash']);
    expect(await lab.page.url()).toContain('days=7');
    expect(await table('Cost by weekday').locator('tbody tr').count()).toBe(1);
    await lab.page.getByRole('button', { name: 'All projects' }).click();
    await expect.poll(tools).toEqual(['Bash', 'Read']);
    await lab.page.goto(`${lab.daemon.url}/#/stats?project=/w/blog&days=all`);
    await expect.poll(tools).toEqual(['Read']);
    await call('blog', 't9', 'Write', 3);
    await expect.poll(tools, { timeout: 60_000 }).toEqual(['Read', 'Write']);
  });
});
