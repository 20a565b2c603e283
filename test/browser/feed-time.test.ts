// The picture above the feed and the time that is shown: marked by pointer, finger and keys, chosen, kept in the address, and saved.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { growLog } from '../support/long-session.ts';

const executable = findBrowser();
const HOUR = 3_600_000;

describe.skipIf(!executable)('the time that the feed shows', () => {
  /** Ten hours of a session, up to now, an event every 36 seconds. */
  const past = (hooklineHome: string): void => growLog(hooklineHome, 's1', 1000, Date.now(), 36_000);
  const lab = useDashboard(executable, { hasTouch: true }, {}, past);
  const list = () => lab.page.getByRole('listbox', { name: 'Events' });
  const frame = () => lab.page.locator('.moments-frame');
  const time = () => lab.page.getByRole('group', { name: 'Time', exact: true });
  const end = (which: 'Beginning' | 'End') =>
    lab.page.getByRole('slider', { name: `${which} of the time shown` });
  const params = () => new URLSearchParams(new URL(lab.page.url()).hash.split('?')[1] ?? '');
  const span = () => ['since', 'until'].map(name => Date.parse(params().get(name) ?? '')) as [number, number];
  const counted = async () => Number((await frame().getAttribute('data-events')) ?? -1);
  /** The first and the last time among the rows in sight. */
  const titles = async () =>
    (await list().locator('.row .time').allTextContents()).filter(text => text.includes(':'));

  async function open(route = '#/feed'): Promise<void> {
    await lab.logIn(route);
    await expect.poll(counted).toBeGreaterThan(0);
  }

  async function drag(from: number, to: number): Promise<void> {
    const box = await frame().boundingBox();
    if (box === null) throw new Error('the picture is not in sight');
    const y = box.y + box.height / 2;
    await lab.page.mouse.move(box.x + box.width * from, y);
    await lab.page.mouse.down();
    await lab.page.mouse.move(box.x + box.width * ((from + to) / 2), y);
    await lab.page.mouse.move(box.x + box.width * to, y);
    await lab.page.mouse.up();
  }

  it('counts every event of the log, and those that come', async () => {
    await open();
    const head = async (): Promise<number> => (await lab.ask('GET', '/health')).seq;
    await expect.poll(async () => (await counted()) - (await head())).toBe(0);
    const before = await counted();
    await lab.page
      .locator('.moments-words')
      .getByText(/^[\d,]+ events · [\d,]+ failed/)
      .waitFor();
    for (let n = 0; n < 3; n++) await lab.hook('Notification', { message: `word ${n}` });
    await expect.poll(counted).toBeGreaterThanOrEqual(before + 3);
    await expect.poll(async () => (await counted()) - (await head())).toBe(0);
    await lab.page
      .getByText(/[\d,]+ waited for you/)
      .first()
      .waitFor();
    await lab.page.getByLabel('Show only these topics').fill('session.notification');
    await expect.poll(counted).toBe(3);
  });

  it('is marked with the pointer, which shows that time; Back and one press lead to now again', async () => {
    await open();
    await drag(0.3, 0.5);
    await expect.poll(() => params().has('until')).toBe(true);
    const [since, until] = span();
    expect(until - since).toBeGreaterThan(1.5 * HOUR);
    expect(until - since).toBeLessThan(2.5 * HOUR);
    await lab.page.getByText(/^\d+ events$/).waitFor();
    await lab.page.getByRole('button', { name: 'Live' }).waitFor();
    const isWithin = async (): Promise<boolean> => {
      const seqs = await list().locator('.row .seq').allTextContents();
      return seqs.some(text => text !== '') && !(await list().getByText('system.').count());
    };
    await expect.poll(isWithin).toBe(true);
    // What comes now is of another time.
    await lab.hook('Notification', { message: 'of now' });
    // It is moved as a whole by its middle.
    await drag(0.4, 0.6);
    await expect
      .poll(() => span()[0] > since && Math.abs(span()[1] - span()[0] - (until - since)) < 60_000)
      .toBe(true);
    expect(await list().getByText('of now').count()).toBe(0);
    await lab.page.goBack();
    await expect.poll(span).toEqual([since, until]);
    await lab.page.getByRole('button', { name: 'Live' }).click();
    await list().getByText('of now').waitFor();
    expect(params().has('until')).toBe(false);
  });

  it('is marked by a finger', async () => {
    await open();
    const box = await frame().boundingBox();
    if (box === null) throw new Error('the picture is not in sight');
    const session = await lab.context.newCDPSession(lab.page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', part: number) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: type === 'touchEnd' ? [] : [{ x: box.x + box.width * part, y: box.y + 20 }],
      });
    await touch('touchStart', 0.2);
    for (const part of [0.25, 0.3, 0.4]) await touch('touchMove', part);
    await touch('touchEnd', 0.4);
    await expect.poll(() => params().has('until')).toBe(true);
    const [since, until] = span();
    expect(until - since).toBeGreaterThan(HOUR);
  });

  it('is marked by the arrow keys, moved with Shift, and Escape takes the mark away', async () => {
    await open('#/feed?since=24h');
    await end('End').focus();
    await lab.page.keyboard.press('PageDown');
    await expect.poll(() => params().has('until')).toBe(true);
    const [since, until] = span();
    await lab.page.keyboard.press('Shift+ArrowLeft');
    await lab.page.keyboard.press('ArrowLeft');
    await expect.poll(() => span()[1] < until).toBe(true);
    expect(await end('End').getAttribute('aria-valuetext')).toMatch(/\d\d:\d\d:\d\d$/);
    await end('Beginning').focus();
    await lab.page.keyboard.press('PageUp');
    await expect.poll(() => span()[0] > since).toBe(true);
    await lab.page.keyboard.press('Escape');
    await expect.poll(() => [params().get('since'), params().has('until')]).toEqual(['24h', false]);
  });

  it('is chosen with one press or by two dates, which are checked, and is in the address', async () => {
    await open();
    const all = await counted();
    await time().getByRole('button', { name: '1 h' }).click();
    await expect.poll(() => params().get('since')).toBe('1h');
    await expect.poll(counted).toBeLessThan(120);
    await lab.page.reload();
    await time().getByRole('button', { name: '1 h', pressed: true }).waitFor();
    await expect.poll(counted).toBeLessThan(120);
    await lab.page.goBack();
    await expect.poll(counted).toBeGreaterThanOrEqual(all);

    await time().getByRole('button', { name: 'Dates' }).click();
    const form = lab.page.getByRole('form', { name: 'From one moment to another' });
    const now = Date.now();
    const local = (ago: number): string => {
      const at = now - ago;
      return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    };
    await form.getByLabel('From', { exact: true }).fill(local(2 * HOUR));
    await form.getByLabel('To', { exact: true }).fill(local(3 * HOUR));
    await form.getByText('This is not after the beginning').waitFor();
    await form.getByRole('button', { name: 'Show' }).click();
    expect(params().has('until')).toBe(false);
    await form.getByLabel('To', { exact: true }).fill(local(HOUR));
    await form.getByRole('button', { name: 'Show' }).click();
    await expect.poll(() => span()[1] - span()[0]).toBe(HOUR);
    await lab.page.getByText(/^[3-9]\d events$/).waitFor();
    expect((await titles()).length).toBeGreaterThan(5);
  });

  it('that makes no sense in the address is said, and everything is shown', async () => {
    await open('#/feed?since=yesterday');
    await lab.page.getByText('since=yesterday is no date and time').waitFor();
    await list().getByRole('option').first().waitFor();
    await lab.go('#/feed?since=2026-11-30T10:00&until=2026-11-30T09:00');
    await lab.page.getByText('The range ends before it begins').waitFor();
    await list().getByRole('option').first().waitFor();
  });

  it('that cannot be counted is said in its place, and the feed goes on', async () => {
    await lab.page.route('**/api/histogram*', route =>
      route.fulfill({ status: 400, json: { error: { code: 'x', message: 'no counting today' } } }),
    );
    await lab.logIn('#/feed');
    await lab.page.getByText('The events over time are not known: no counting today.').waitFor();
    await lab.hook('Notification', { message: 'word 1' });
    await list().getByText('word 1').waitFor();
  });

  it('is saved under a name with the filter, and found again by it, in the palette too', async () => {
    await open('#/feed?since=1h&topics=tool.*');
    await lab.page.getByRole('button', { name: 'Views' }).click();
    const dialog = lab.page.getByRole('dialog', { name: 'Saved views' });
    await dialog.getByText('kept in this browser').waitFor();
    await dialog.getByLabel('Name of the view').fill('Tools of late');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('link', { name: 'Tools of late' }).waitFor();
    await lab.page.keyboard.press('Escape');
    await lab.page.getByRole('button', { name: 'View: Tools of late' }).waitFor();

    await lab.go('#/feed');
    await lab.page.getByRole('button', { name: 'Views', exact: true }).click();
    await dialog.getByRole('link', { name: 'Tools of late' }).click();
    await expect.poll(() => [params().get('since'), params().get('topics')]).toEqual(['1h', 'tool.*']);

    await lab.go('#/');
    await lab.page.locator('.board-view h1').waitFor();
    await lab.page.keyboard.press('Control+k');
    await lab.page.keyboard.type('tools of late');
    await lab.page
      .getByRole('option', { name: /Tools of late/ })
      .first()
      .waitFor();
    await lab.page.keyboard.press('Enter');
    await lab.page.getByRole('button', { name: 'View: Tools of late' }).click();

    await dialog.getByRole('button', { name: 'Rename Tools of late' }).click();
    await dialog.getByLabel('New name of Tools of late').fill('Tools');
    await lab.page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Delete Tools' }).click();
    await dialog.getByText('None is saved yet.').waitFor();
    expect(await lab.page.evaluate(() => localStorage.getItem('hookline.feed-views'))).toBe(null);
  });
});
