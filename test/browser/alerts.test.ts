// Alerts on the page: how many are open, a notification for each in whatever tab, and acknowledged in one, gone in all.
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { live, useDashboard, watch } from '../support/dashboard.ts';
import { bellOf, notificationsOf, watchNotifications } from '../support/notifications.ts';
import { seenAt } from '../support/seen.ts';

const executable = findBrowser();
const PATIENT = { timeout: 60_000 };
const rules = [
  { when: 'failed', to: 'browser' },
  { when: 'waiting', for: '0s', project: 'elsewhere', to: ['browser'] },
];

describe.skipIf(!executable)('alerts', () => {
  const lab = useDashboard(
    executable,
    { permissions: ['notifications'] },
    { HOOKLINE_ALERTS: JSON.stringify(rules) },
  );
  const shown = () => notificationsOf(lab.page);
  const count = (page = lab.page) => page.getByRole('button', { name: /alerts? open/ });
  const seen = (what: RegExp, page = lab.page) => page.getByRole('button', { name: what });

  async function fails(sessionId: string, cwd: string): Promise<void> {
    await lab.hook('SessionStart', { session_id: sessionId, cwd, source: 'startup' });
    await lab.hook('UserPromptSubmit', { session_id: sessionId, cwd, prompt: 'Go on' });
    await lab.hook('StopFailure', { session_id: sessionId, cwd, error: 'rate_limit' });
  }

  it('are counted in the bar, told as a notification, and acknowledged once for every tab', async () => {
    await watchNotifications(lab.page, { looking: false });
    await lab.logIn();
    await bellOf(lab.page).click();
    const other = await lab.context.newPage();
    const watched = await watch(other);
    await other.goto(`${lab.daemon.url}/`);
    await live(other);
    expect(await count().isVisible()).toBe(false);

    await fails('s1', '/home/dev/shop');
    await fails('s2', '/home/dev/blog');
    await expect
      .poll(async () => (await shown()).map(({ title, body }) => `${title}: ${body}`).sort(), PATIENT)
      .toEqual([
        'blog has failed: its turn ended with rate_limit',
        'shop has failed: its turn ended with rate_limit',
      ]);
    // The same in every tab, so that a browser shows it once.
    const tags = new Set((await shown()).map(({ tag }) => tag));
    expect(tags.size).toBe(2);
    await count().and(lab.page.getByText('2')).waitFor();
    await count(other).and(other.getByText('2')).waitFor();

    await count().click();
    const dialog = lab.page.getByRole('dialog', { name: 'Alerts' });
    await dialog.getByText('shop has failed').waitFor();
    await lab.page.evaluate(axe.source);
    const { violations } = await lab.page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run('dialog'),
    );
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await seen(/Acknowledge: shop/).focus();
    await lab.page.keyboard.press('Enter');
    await expect.poll(() => seen(/Acknowledge/).count(), PATIENT).toBe(1);
    await expect
      .poll(() => seen(/Acknowledge: blog/).evaluate(one => one === document.activeElement))
      .toBe(true);
    await count(other).and(other.getByText('1')).waitFor();
    await expect
      .poll(async () => (await shown()).map(({ title, isClosed }) => [title, isClosed]).sort(), PATIENT)
      .toEqual([
        ['blog has failed', false],
        ['shop has failed', true],
      ]);

    // Its user goes on, and that is that.
    await lab.hook('UserPromptSubmit', { session_id: 's2', cwd: '/home/dev/blog', prompt: 'Again' });
    await dialog.waitFor({ state: 'detached' });
    await count(other).waitFor({ state: 'hidden' });
    await expect.poll(async () => (await shown()).every(({ isClosed }) => isClosed), PATIENT).toBe(true);
    await lab.restart();
    expect(await shown()).toHaveLength(2);
    expect(watched.trouble).toEqual([]);
  });

  it('are said in passing to who looks at the page, and cannot be acknowledged by who may only look', async () => {
    await watchNotifications(lab.page, { looking: true });
    await lab.logIn('#/', true);
    const told = seenAt(lab.page, '[role="status"].toast', 'shop has failed: its turn ended with rate_limit');
    await fails('s1', '/home/dev/shop');
    await told;
    await count().click();
    await lab.page.getByRole('dialog').getByText('shop has failed').waitFor();
    expect(await seen(/Acknowledge/).count()).toBe(0);
    expect(await shown()).toEqual([]);
  });

  it('that are pushed are shown by the worker, whose page they lead to', async () => {
    await lab.logIn();
    const session = await lab.context.newCDPSession(lab.page);
    const registered = new Promise<string>(resolve => {
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [one] }) => {
        if (one !== undefined) resolve(one.registrationId);
      });
    });
    await session.send('ServiceWorker.enable');
    await lab.page.evaluate(() => navigator.serviceWorker.register('/assets/public/alerts/worker.js'));
    const registrationId = await registered;
    const shownByWorker = () =>
      lab.page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration('/assets/public/alerts/worker.js');
        const all = registration?.active ? await registration.getNotifications() : undefined;
        return all?.map(({ title, body, tag, data }) => ({ title, body, tag, data }));
      });
    await expect.poll(shownByWorker, PATIENT).toEqual([]);
    const data = { alertId: 'kqzwm', title: 'shop has failed', text: 'rate_limit', page: '#/session/s1' };
    await session.send('ServiceWorker.deliverPushMessage', {
      ...{ origin: lab.daemon.url, registrationId, data: JSON.stringify(data) },
    });
    await expect
      .poll(shownByWorker, PATIENT)
      .toEqual([{ title: 'shop has failed', body: 'rate_limit', tag: 'alert kqzwm', data: '#/session/s1' }]);
  });
});
