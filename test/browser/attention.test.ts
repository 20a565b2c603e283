// How somebody hears that a session waits for them: title, tab and notification; and what the top bar says of the connection.
import { describe, expect, it } from 'vitest';
import { type Asking, answers, asks, listed, theOne } from '../support/approvals.ts';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { bellOf, notificationsOf, watchNotifications } from '../support/notifications.ts';
import { openStream } from '../support/stream.ts';

const executable = findBrowser();
const PATIENT = { timeout: 60_000 };

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
    await expect.poll(() => bell().getAttribute('aria-pressed'), PATIENT).toBe('true');
    await lab.hook('PreToolUse', call);
    await lab.hook('PermissionRequest', call);
    await expect
      .poll(shown, PATIENT)
      .toMatchObject([{ title: 'shop wants to run a command', body: 'npm publish', isClosed: false }]);
    await lab.hook('Notification', { message: 'Still waiting', notification_type: 'permission_prompt' });
    await lab.page.waitForFunction(() => document.title === '(1) Sessions · hookline');
    await lab.restart();
    expect(await shown()).toMatchObject([{ isClosed: false }]);
    await lab.hook('Stop');
    await lab.page.waitForFunction(() => document.title === 'Sessions · hookline');
    await expect.poll(shown, PATIENT).toMatchObject([{ isClosed: true }]);
    await lab.hook('PermissionRequest', { ...call, tool_use_id: 't2' });
    await expect.poll(async () => (await shown()).length, PATIENT).toBe(2);
    await bell().click();
    await lab.hook('Stop');
    await lab.page.waitForFunction(() => document.title === 'Sessions · hookline');
    await lab.hook('PermissionRequest', { ...call, tool_use_id: 't3' });
    await lab.page.waitForFunction(() => document.title === '(1) Sessions · hookline');
    expect(await shown()).toHaveLength(2);
  });

  it('keeps its notification when it can be answered no more, for it still waits at its terminal', async () => {
    await watchNotifications(lab.page, { looking: false });
    // The page is told what can be answered, and not what that makes of the session; once the daemon was killed it comes to the stream last.
    await lab.page.addInitScript(() => {
      const { setTimeout: later, WebSocket: Real } = globalThis;
      const { send } = Real.prototype;
      Real.prototype.send = function (data) {
        if (!String(data).includes('"get_snapshot"')) send.call(this, data);
      };
      const held: (() => void)[] = [];
      let isFirst = true;
      Object.assign(globalThis, {
        isHeld: true,
        askAgain: () => {
          for (const task of held.splice(0)) task();
        },
        // The list is asked for once more a second after the page was let in.
        setTimeout: (task: () => void, ms?: number) => (ms === 1000 ? held.push(task) : later(task, ms)),
        WebSocket: class extends Real {
          constructor(url: string, protocols?: string[]) {
            const isHeld = !isFirst && (globalThis as unknown as { isHeld: boolean }).isHeld;
            super(isHeld ? url.replace('/ws', '/nothing') : url, protocols);
            isFirst = false;
          }
        },
      });
    });
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.logIn();
    await bell().click();
    await expect.poll(() => bell().getAttribute('aria-pressed'), PATIENT).toBe('true');
    await lab.hook('PermissionRequest', call);
    await expect.poll(shown, PATIENT).toMatchObject([{ body: 'npm publish', isClosed: false }]);
    const restarted = lab.restart();
    await lab.page.locator('#connection:not([data-phase="live"])').waitFor();
    await expect
      .poll(
        () =>
          fetch(`${lab.daemon.url}/health`).then(
            one => one.ok,
            () => false,
          ),
        PATIENT,
      )
      .toBe(true);
    await lab.page.evaluate(() => (globalThis as unknown as { askAgain(): void }).askAgain());
    // A list that was under way when the daemon was killed is asked for again only when the stream is back: then there is less to see here.
    await lab.page
      .locator('.request')
      .waitFor({ state: 'detached', timeout: 5000 })
      .catch(() => {});
    await lab.page.evaluate(() => Object.assign(globalThis, { isHeld: false }));
    await restarted;
    await lab.page.waitForFunction(() => document.title === '(1) Sessions · hookline');
    expect(await shown()).toMatchObject([{ isClosed: false }]);
  });

  it('is told for each thing it asks, also while it waits, and taken back once that is answered elsewhere', async () => {
    await watchNotifications(lab.page, { looking: false });
    await lab.hook('SessionStart', { source: 'startup' });
    const ask = (fields: object): Asking =>
      asks({ url: lab.daemon.url, hookToken: lab.daemon.token }, { cwd: '/home/dev/shop', ...fields });
    const listening = await openStream(lab.daemon);
    listening.send({ type: 'subscribe', topics: ['permission.*'] });
    await listening.waitFor('the subscription', ({ type }) => type === 'subscribed');
    const before = ask({ tool_input: { command: 'before' } });
    await theOne(lab.daemon);
    await lab.logIn();
    await bell().click();
    await expect.poll(() => bell().getAttribute('aria-pressed'), PATIENT).toBe('true');
    await lab.page.locator('.request').getByText('before').waitFor();

    const first = ask({ tool_input: { command: 'first' } });
    await expect.poll(shown, PATIENT).toHaveLength(1);
    const option = { label: 'Red', description: 'r' };
    const questions = [{ question: 'Which colour?', header: 'C', multiSelect: false, options: [option] }];
    const second = ask({ agent_id: 'a1', tool_name: 'AskUserQuestion', tool_input: { questions } });
    await expect.poll(shown, PATIENT).toMatchObject([
      { title: 'shop wants to run a command', body: 'first', isClosed: false },
      { title: 'shop has a question for you', body: 'Which colour?', isClosed: false },
    ]);

    const [, one] = await listed(lab.daemon);
    await answers(lab.daemon, one?.requestId ?? '', { behavior: 'deny' });
    await expect.poll(shown, PATIENT).toMatchObject([{ isClosed: true }, { isClosed: false }]);
    second.abort();
    await expect.poll(shown, PATIENT).toMatchObject([{ isClosed: true }, { isClosed: true }]);
    before.abort();
    await Promise.all([before, first, second].map(({ decision }) => decision));
    expect(await shown()).toHaveLength(2);
    listening.close();
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
