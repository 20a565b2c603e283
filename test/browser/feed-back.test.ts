// The feed looks back: for what is filtered, for what is empty, and over days.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { growLog } from '../support/long-session.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the feed, looking back', () => {
  const lab = useDashboard(executable);
  const list = () => lab.page.getByRole('listbox', { name: 'Events' });
  const messages = async () =>
    (await list().locator('.row .what').allTextContents()).filter(text => /^word \d+$/.test(text));

  /** What an older session said, and after it so many events of another. */
  async function past(events: number): Promise<void> {
    for (let n = 1; n <= 3; n++)
      await lab.hook('Notification', { message: `word ${n}`, session_id: 'old-one', cwd: '/w/old' });
    await lab.logIn();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', events));
  }

  it('finds a session and a topic of long ago', async () => {
    await past(3000);
    await lab.page.reload();
    await lab.page.locator('#connection[data-phase="live"]').waitFor();
    await lab.go('#/feed?session=old-one');
    await expect.poll(messages).toEqual(['word 1', 'word 2', 'word 3']);
    await lab.go('#/feed?topics=session.notification');
    await expect.poll(messages).toEqual(['word 1', 'word 2', 'word 3']);
    await lab.go('#/feed?topics=session.notification&q=word+2');
    await expect.poll(messages).toEqual(['word 2']);
  });

  it('says how far it looked for a text, and goes on when asked', async () => {
    await past(12_000);
    await lab.page.reload();
    await lab.page.locator('#connection[data-phase="live"]').waitFor();
    await lab.go('#/feed?q=word+2');
    await lab.page.getByText(/^None among the newest 10,\d{3} events\.$/).waitFor({ timeout: 60_000 });
    expect(await lab.page.getByRole('link', { name: 'Search the log' }).getAttribute('href')).toBe(
      '#/search?q=word+2',
    );
    await lab.page.getByRole('button', { name: 'Look further back' }).click();
    await expect.poll(messages, { timeout: 60_000 }).toEqual(['word 2']);
  });

  it('says when nothing fits, has room to say it, and shows everything again', async () => {
    await past(50);
    await lab.go('#/feed?q=nowhere&topics=session.**');
    const says = lab.page.getByText('Nothing in the log fits.');
    await says.waitFor();
    const { height = 0 } = (await lab.page.locator('.feed-frame').boundingBox()) ?? {};
    expect(height).toBeGreaterThan(200);
    await lab.page.getByRole('button', { name: 'Clear filters' }).click();
    await says.waitFor({ state: 'hidden' });
    await expect.poll(() => list().getByRole('option').count()).toBeGreaterThan(3);
    expect(lab.page.url()).not.toContain('nowhere');
  });

  it('offers all sessions also when none lives', async () => {
    await lab.logIn('#/feed');
    const session = lab.page.getByLabel('Show only this session');
    await expect.poll(() => session.locator('option').allTextContents()).toEqual(['All sessions']);
    expect(await session.inputValue()).toBe('');
  });

  it('says where another day begins', async () => {
    // Not so long ago that the session would be let go for its silence.
    const then = Date.now() - 2 * 86_400_000;
    await lab.logIn();
    await lab.restart(() => {
      growLog(lab.place.hooklineHome, 's1', 20, then);
      growLog(lab.place.hooklineHome, 's2', 5);
    });
    const day = new Date(then).getDate();
    await lab.page
      .locator('.latest .time')
      .getByText(new RegExp(`^${day} [A-Z][a-z]{2}.*, `))
      .first()
      .waitFor();
    await lab.go('#/feed');
    await list().getByRole('option').last().waitFor();
    // It is the first row of all.
    await list().press('Home');
    await list()
      .locator('[data-tone="day"]')
      .getByText(new RegExp(`^${day} [A-Z]`))
      .waitFor();
  });
});
