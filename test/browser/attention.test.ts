// How somebody hears that a session waits for them: title, tab and notification; and what the top bar says of the connection.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { bellOf, notificationsOf, watchNotifications } from '../support/notifications.ts';

const executable = findBrowser();

describe.skipIf(!executable)('a session that needs the user', () => {
  const lab = useDashboard(executable, { permissions: ['notifications'] });
  const bell = () => bellOf(lab.page);
  const shown = () => notificationsOf(lab.page);
  const call = { tool_name: 'Bash', tool_input: { command: 'npm publish' }, tool_use_id: 't1' };

  it('is a notification for who asked for it and looks elsewhere, once', async () => {
    await watchNotifications(lab.page, { looking: false });
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.logIn();
    expect(await bell().getAttribute('aria-pressed')).toBe('false');
    await bell().click();
    await expect.poll(() => bell().getAttribute('aria-pressed')).toBe('true');
    await lab.hook('PreToolUse', call);
    await lab.hook('PermissionRequest', call);
    await expect
      .poll(shown)
      .toEqual([{ title: 'shop: needs permission', body: 'Bash · npm publish', tag: 's1' }]);
    await lab.hook('Notification', { message: 'Still waiting', notification_type: 'permission_prompt' });
    await lab.page.waitForFunction(() => document.title === '(1) Sessions · hookline');
    await lab.restart();
    expect(await shown()).toHaveLength(1);
    await lab.hook('Stop');
    await lab.page.waitForFunction(() => document.title === 'Sessions · hookline');
    await lab.hook('PermissionRequest', { ...call, tool_use_id: 't2' });
    await expect.poll(async () => (await shown()).length).toBe(2);
    await bell().click();
    await lab.hook('Stop');
    await lab.page.waitForFunction(() => document.title === 'Sessions · hookline');
    await lab.hook('PermissionRequest', { ...call, tool_use_id: 't3' });
    await lab.page.waitForFunction(() => document.title === '(1) Sessions · hookline');
    expect(await shown()).toHaveLength(2);
  });

  it('is none for who looks at the page, which says it in its title and on its tab', async () => {
    await watchNotifications(lab.page, { looking: true });
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.logIn();
    await bell().click();
    await lab.hook('PermissionRequest', call);
    await lab.page.waitForFunction(() => document.title === '(1) Sessions · hookline');
    expect(await lab.page.locator('link[rel="icon"]').getAttribute('href')).toContain('waiting');
    expect(await shown()).toEqual([]);
  });

  it('the top bar says how the connection is, and up to which seq everything is here', async () => {
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.logIn();
    const bar = lab.page.locator('#connection');
    await bar.getByText('live').waitFor();
    await bar.getByText('seq 2').waitFor();
    await lab.restart(() => {});
    await bar.getByText('live').waitFor();
    await lab.hook('UserPromptSubmit', { prompt: 'On' });
    await bar.getByText('seq 5').waitFor();
  });
});
