// The feed of a log of a million events in a real browser: counted by time, gone through, and jumped about in.
//
// Chromium without a GPU, beside the daemon on the same machine; the control of its frames is an empty page.
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { findBrowser, launchBrowser } from '../test/support/browser.ts';
import { type Daemon, startDaemon } from '../test/support/hookline.ts';
import { load } from '../test/support/load.ts';
import { growLog } from '../test/support/long-session.ts';
import { framesOf } from './page/frames.ts';
import { logIn } from './page/log-in.ts';
import { frameRows, heapOf } from './page/rows.ts';
import type { Rows } from './report/row.ts';
import { timed } from './support/numbers.ts';
import { makePlace } from './support/place.ts';
import { cpuOf } from './support/process.ts';

const EVENTS = 1_000_000;
/** Between two of them, in milliseconds: ten days in all. */
const PACE_MS = 900;
const START_MS = 300_000;
const JUMPS = 10;
const PATIENCE_MS = 120_000;
const PER_SECOND = 200;

/** Asks a daemon to count the log; what it costs it, in milliseconds of its CPU, and how long that takes. */
async function* countRows(daemon: Daemon): Rows {
  const ask = async (query: string): Promise<{ ms: number; cpu: number }> => {
    const before = cpuOf(daemon.pid);
    const ms = await timed(async () => {
      const answer = await fetch(`${daemon.url}/api/histogram?${query}`, {
        headers: { authorization: `Bearer ${daemon.token}` },
      });
      await answer.json();
    });
    return { ms, cpu: (cpuOf(daemon.pid) - before) / 1000 };
  };
  const hour = Date.now() - 3_600_000;
  for (const [id, what, query] of [
    ['count', 'all of them counted by time', 'buckets=100'],
    ['count-again', 'the same asked again', 'buckets=100'],
    ['count-topics', 'those of tools counted', 'buckets=100&topics=tool.*'],
    ['count-hour', 'those of the last hour counted', `buckets=100&since=${hour}`],
  ] as const) {
    const { ms, cpu } = await ask(query);
    yield { id, what, unit: 'ms', values: [ms] };
    yield { id: `${id}-cpu`, what: `${what}: CPU of the daemon`, unit: 'ms', values: [cpu] };
  }
}

/** The most elements that the document had, of as many looks at it as there were. */
async function elementsOf(page: Page): Promise<number> {
  return page.evaluate(() => document.querySelectorAll('*').length);
}

async function* pageRows(page: Page, daemon: Daemon): Rows {
  await page.goto('about:blank');
  const empty = await framesOf(page, () => delay(3000));
  await logIn(page, daemon);
  const list = page.getByRole('listbox');
  const row = list.locator('.row .seq', { hasText: /\d/ }).first();
  const many = EVENTS.toLocaleString('en');
  const drawn = page.locator('.moments-frame[data-events]');
  const go = (to: string): Promise<void> =>
    page.evaluate(hash => {
      location.hash = hash;
    }, to);

  const opened = await framesOf(page, async () => {
    await go('#/feed?all=1');
    await drawn.waitFor({ timeout: PATIENCE_MS });
  });
  yield* frameRows('open', `feed of ${many} events opened and counted`, opened, empty);

  // Where the list is full: a hundred thousand rows, and what was before by one press.
  const full = page.getByRole('button', { name: 'Show what was before' });
  const through = await framesOf(page, async () => {
    const until = performance.now() + PATIENCE_MS * 3;
    while (!(await full.isVisible()) && performance.now() < until) {
      await list.evaluate(node => {
        node.scrollTop = 0;
      });
      await delay(50);
    }
  });
  yield* frameRows('through', 'scrolled back as far as the list holds, 100,000 rows', through, empty);
  yield { id: 'elements', what: 'elements of the document then', unit: '', values: [await elementsOf(page)] };
  yield { ...(await heapOf(page)), id: 'heap-full', what: 'JavaScript heap of the page then' };

  await go('#/feed?topics=none.at.all');
  await row.waitFor({ state: 'detached', timeout: PATIENCE_MS });
  const now = Date.now();
  const waits: number[] = [];
  const jumped = await framesOf(page, async () => {
    for (let jump = 1; jump <= JUMPS; jump++) {
      const since = now - (EVENTS * PACE_MS * jump) / (JUMPS + 1);
      const [from, to] = [since, since + 3_600_000].map(time => new Date(time).toISOString());
      waits.push(
        await timed(async () => {
          await go(`#/feed?all=1&since=${from}&until=${to}`);
          await row.waitFor({ timeout: PATIENCE_MS });
        }),
      );
      await go('#/feed?topics=none.at.all');
      await row.waitFor({ state: 'detached', timeout: PATIENCE_MS });
    }
  });
  yield { id: 'jump', what: 'an hour somewhere in it, until its rows are there', unit: 'ms', values: waits };
  yield* frameRows('jumps', 'the page meanwhile', jumped, empty);

  await go('#/feed?since=24h&all=1');
  await row.waitFor({ timeout: PATIENCE_MS });
  const live = await framesOf(page, async () => {
    await load(daemon, PER_SECOND * 10, PER_SECOND);
  });
  yield* frameRows('live', `the last day of it while ${PER_SECOND} events a second come in`, live, empty);
  yield { ...(await heapOf(page)), id: 'heap', what: 'JavaScript heap of the page in the end' };
}

export async function* rows(): Rows {
  const executable = findBrowser();
  const place = { ...makePlace(), startMs: START_MS };
  try {
    fs.mkdirSync(place.hooklineHome, { recursive: true, mode: 0o700 });
    growLog(place.hooklineHome, 's1', EVENTS, Date.now(), PACE_MS);
    const daemon = await startDaemon(place);
    try {
      yield* countRows(daemon);
      if (!executable) {
        yield { id: 'page', what: 'the feed in a browser', missing: 'no Chromium is here' };
        return;
      }
      const browser = await launchBrowser(executable);
      try {
        const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
        yield* pageRows(await context.newPage(), daemon);
      } finally {
        await browser.close();
      }
    } finally {
      await daemon.stop();
    }
  } finally {
    place.remove();
  }
}
