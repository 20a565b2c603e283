// The feed of a page that was cut off: every event is there once, or the page says exactly which are not.
import type { WebSocketRoute } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { seqsFrom, shownSeqs } from '../support/feed.ts';
import { startDaemon } from '../support/hookline.ts';
import { growLog, shrinkLog } from '../support/long-session.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the feed, cut off', () => {
  const lab = useDashboard(executable);
  const row = (text: string) => lab.page.getByRole('option').filter({ hasText: text });
  let words = 0;
  const say = async (many: number): Promise<void> => {
    for (let n = 0; n < many; n++) await lab.hook('Notification', { message: `word ${++words}.` });
  };
  const arrived = (): Promise<void> => row(`word ${words}.`).waitFor();
  const toBeginning = (): Promise<void> =>
    lab.page.getByRole('listbox', { name: 'Events' }).evaluate(list => {
      list.scrollTop = 0;
    });
  const head = async (): Promise<number> =>
    ((await (await fetch(`${lab.daemon.url}/health`)).json()) as { seq: number }).seq;

  it('has all that came while its network was gone, and the daemon was killed too', async () => {
    let gone = false;
    const open = new Set<WebSocketRoute>();
    await lab.page.route('**/api/**', route => (gone ? route.abort() : route.fallback()));
    await lab.page.routeWebSocket(/\/ws$/, async socket => {
      if (gone) return socket.close({ code: 1001 });
      open.add(socket);
      open.add(socket.connectToServer());
    });
    await lab.logIn('#/feed?all=1');
    await say(5);
    await arrived();

    gone = true;
    for (const socket of open) await socket.close({ code: 1001 });
    await lab.page.locator('#connection:not([data-phase="live"])').waitFor();
    await say(30);
    const { port } = lab.daemon;
    await lab.daemon.stop('SIGKILL');
    lab.daemon = await startDaemon(lab.place, '--port', String(port));
    await say(30);
    expect(await row('word 6.').count()).toBe(0);

    gone = false;
    await lab.page.evaluate(() => dispatchEvent(new Event('online')));
    await arrived();
    expect(await shownSeqs(lab.page)).toEqual(seqsFrom(1, await head()));
    await toBeginning();
    await row('all are here').waitFor();
    expect(await lab.page.getByText('missing').count()).toBe(0);
  });

  it('has all that came from the moment on that a killed daemon was back', async () => {
    await lab.logIn('#/feed?all=1');
    for (let round = 0; round < 3; round++) {
      await say(10);
      await lab.restart(async () => {});
      await say(10);
    }
    await arrived();
    expect(await shownSeqs(lab.page)).toEqual(seqsFrom(1, await head()));
  });

  it('says which events are missing, and nothing else is', async () => {
    await lab.logIn('#/feed?all=1');
    await say(3);
    await arrived();
    await expect.poll(() => shownSeqs(lab.page).then(seqs => seqs.at(-1))).toBe(await head());
    const before = await head();
    await lab.restart(() => {
      growLog(lab.place.hooklineHome, 's2', 1000);
      shrinkLog(lab.place.hooklineHome, 900);
    });
    await say(3);
    await arrived();
    const lost = 900 - before;
    await toBeginning();
    await row(`${lost} events missing, seq ${before + 1} to 900: the log no longer holds them.`).waitFor();
    await lab.page.locator('#connection').getByText(`${lost} events missing`).waitFor();
    expect(await shownSeqs(lab.page)).toEqual([...seqsFrom(1, before), ...seqsFrom(901, await head())]);
  });
});
