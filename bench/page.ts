// What the dashboard costs a browser: its weight, the first paint, and how smooth the feed of 100,000 events stays.
//
// A real Chromium without a GPU, beside the daemon and the load on the same machine; the control is an empty page.
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { findBrowser, launchBrowser } from '../test/support/browser.ts';
import { type Daemon, startDaemon } from '../test/support/hookline.ts';
import { load } from '../test/support/load.ts';
import { growLog } from '../test/support/long-session.ts';
import { coldRows } from './page/cold.ts';
import { framesOf } from './page/frames.ts';
import { logIn } from './page/log-in.ts';
import { frameRows, heapOf } from './page/rows.ts';
import type { Rows } from './report/row.ts';
import { type BenchPlace, makePlace } from './support/place.ts';

const PERIOD_MS = 10_000;
const EVENTS = 100_000;
const PER_SECOND = 500;

/** The page is away while much happens, and gets all of it when it is back. */
async function beAway(page: Page, place: BenchPlace, daemon: Daemon): Promise<Daemon> {
  await daemon.stop('SIGKILL');
  await page.locator('#connection:not([data-phase="live"])').waitFor();
  growLog(place.hooklineHome, 's1', EVENTS);
  return startDaemon(place, '--port', String(daemon.port));
}

interface Use {
  readonly id: string;
  readonly what: string;
  /** Is not measured. */
  readonly prepare?: () => Promise<unknown>;
  readonly use: () => Promise<unknown>;
}

/** What is done with the page while events come in. */
function uses(page: Page, busy: () => Promise<unknown>): Use[] {
  const list = page.getByRole('listbox');
  const text = page.getByLabel('Show only rows with this text');
  const toTheMiddle = (): Promise<void> =>
    list.evaluate(node => {
      node.scrollTop = node.scrollHeight / 2;
    });
  const scrollThrough = async (): Promise<void> => {
    const loading = busy();
    for (let step = 0; step < 60; step++) {
      await list.evaluate((node, top) => {
        node.scrollTop = top;
      }, 40_000 * step);
      await delay(PERIOD_MS / 70);
    }
    await loading;
  };
  const toTheBoard = async (): Promise<void> => {
    await text.fill('');
    await page.evaluate(() => {
      location.hash = '#/';
    });
  };
  return [
    { id: 'follow', what: 'feed followed', use: busy },
    { id: 'further-up', what: 'feed read further up', prepare: toTheMiddle, use: busy },
    { id: 'scroll', what: 'feed scrolled through', use: scrollThrough },
    { id: 'filter', what: 'feed filtered by text', prepare: () => text.fill('of the load'), use: busy },
    { id: 'board', what: 'board', prepare: toTheBoard, use: busy },
  ];
}

async function* feedRows(browser: Browser, place: BenchPlace, first: Daemon): Rows {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto('about:blank');
  const empty = await framesOf(page, () => delay(PERIOD_MS / 2));
  await logIn(page, first);
  await page.evaluate(() => {
    location.hash = '#/feed?all=1';
  });
  await page.getByRole('listbox').waitFor();
  const daemon = await beAway(page, place, first);
  try {
    const all = page.getByText(/^1\d\d,\d{3} events$/);
    const many = `${EVENTS.toLocaleString('en')} events`;
    const back = await framesOf(page, () => all.waitFor({ timeout: 120_000 }));
    yield* frameRows('back', `${many} at once, after a break`, back, empty);
    const rates: number[] = [];
    const busy = async (): Promise<void> => {
      rates.push((await load(daemon, (PER_SECOND * PERIOD_MS) / 1000, PER_SECOND)).perSecond);
    };
    yield* frameRows(
      'still',
      `feed of ${many}, nothing comes in`,
      await framesOf(page, () => delay(PERIOD_MS / 2)),
      empty,
    );
    for (const { id, what, prepare, use } of uses(page, busy)) {
      await prepare?.();
      yield* frameRows(id, `${what} while events come in`, await framesOf(page, use), empty);
    }
    yield await heapOf(page);
    yield {
      ...{
        id: 'rate',
        what: 'events that came in meanwhile, the slowest time',
        unit: '/s',
        values: [Math.min(...rates)],
      },
      control: { what: 'wanted', values: [PER_SECOND] },
    };
  } finally {
    await daemon.stop();
  }
}

export async function* rows(): Rows {
  const executable = findBrowser();
  if (!executable) {
    yield { id: 'page', what: 'the dashboard in a browser', missing: 'no Chromium is here' };
    return;
  }
  const place = makePlace();
  const browser = await launchBrowser(executable);
  const daemon = await startDaemon(place);
  try {
    yield* coldRows(browser, daemon);
    yield* feedRows(browser, place, daemon);
  } finally {
    await browser.close();
    await daemon.stop();
    place.remove();
  }
}
