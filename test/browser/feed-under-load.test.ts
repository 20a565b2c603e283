// The feed with a hundred thousand events while hundreds more come in every second: the page never stops answering.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { load } from '../support/load.ts';
import { growLog } from '../support/long-session.ts';
import { longestTask, slowness } from '../support/main-thread.ts';

const executable = findBrowser();

const EVENTS = 100_000;
const PER_SECOND = 500;
const HOOKS = 2000;

describe.skipIf(!executable)('the feed under load', () => {
  const lab = useDashboard(executable);
  const list = () => lab.page.getByRole('listbox', { name: 'Events' });
  const text = () => lab.page.getByLabel('Show only rows with this text');
  const seq = () => lab.page.locator('#connection');

  /** What somebody does with the feed while the load goes on. */
  const deeds: Readonly<Record<string, () => Promise<void>>> = {
    followed: async () => {},
    'scrolled through': async () => {
      for (let part = 0; part <= 40; part++)
        await list().evaluate((node, to) => {
          node.scrollTop = node.scrollHeight * to;
        }, part / 40);
    },
    'filtered by text': async () => {
      await text().pressSequentially('of the load');
    },
    'of an hour of yesterday': async () => {
      const [since, until] = [25, 24].map(hours => new Date(Date.now() - hours * 3_600_000).toISOString());
      await lab.go(`#/feed?since=${since}&until=${until}`);
      await lab.page.getByText(/^[1-9][\d,]* events$/).waitFor({ timeout: 60_000 });
    },
  };

  it('has no task that takes the page 100 ms of CPU', { timeout: 300_000 }, async () => {
    await lab.logIn('#/feed');
    await list().waitFor();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', EVENTS));
    await lab.page.getByText(/ of 100,\d{3} shown$/).waitFor({ timeout: 90_000 });
    const limit = 100 * (await slowness(lab.page));
    for (const [name, deed] of Object.entries(deeds)) {
      let perSecond = 0;
      const longest = await longestTask(lab.page, async () => {
        const [reached] = await Promise.all([load(lab.daemon, HOOKS, PER_SECOND), deed()]);
        ({ perSecond } = reached);
        await seq()
          .getByText(`seq ${reached.head.toLocaleString('en')}`)
          .waitFor({ timeout: 60_000 });
      });
      console.log(
        `the feed ${name}, at ${perSecond.toFixed(0)} events/s: the longest task took ${longest.cpuMs.toFixed(0)} ms of CPU, ${longest.clockMs.toFixed(0)} ms by the clock`,
      );
      expect(longest.cpuMs, name).toBeLessThan(limit);
    }
    // Whatever was looked at: only the rows in sight exist, and every event is counted.
    expect(await lab.page.locator('*').count()).toBeLessThan(2000);
    await lab.go('#/feed');
    const events = async () => Number(await lab.page.locator('.moments-frame').getAttribute('data-events'));
    const head = async (): Promise<number> => (await lab.ask('GET', '/health')).seq;
    await expect.poll(async () => (await events()) - (await head())).toBe(0);
  });
});
