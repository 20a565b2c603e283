// What the dashboard costs a browser: its weight, the first paint, and how smooth the feed of 100,000 events stays.
//
//   npm run bench:page [-- hooks a second]
//
// A real Chromium without a GPU, beside the daemon and the load on the same machine; the control row is an empty page.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { findBrowser, launchBrowser } from '../test/support/browser.ts';
import { type Daemon, type Place, startDaemon } from '../test/support/hookline.ts';
import { load } from '../test/support/load.ts';
import { growLog } from '../test/support/long-session.ts';
import { longestTask } from '../test/support/main-thread.ts';
import { makeTicket } from '../test/support/ticket.ts';

const PERIOD_MS = 10_000;
const EVENTS = 100_000;
const perSecond = Number(process.argv[3] ?? 500);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-bench-'));
const place: Place = {
  hooklineHome: path.join(folder, 'hookline'),
  env: { PATH: process.env['PATH'] ?? '', HOME: folder, CLAUDE_CONFIG_DIR: path.join(folder, 'claude') },
};

const row = (what: string, figures: string): void => console.log(`${what.padEnd(46)} ${figures}`);

async function logIn(page: Page, daemon: Daemon): Promise<void> {
  await page.goto(`${daemon.url}/#ticket=${await makeTicket(daemon)}`);
  await live(page);
}

const live = (page: Page): Promise<void> =>
  page.locator('#connection[data-phase="live"]').waitFor({ timeout: 120_000 });

interface File {
  readonly at: number;
  readonly size: number;
}

/** From an empty cache to the first paint and to the connection, the login being there already. */
async function cold(daemon: Daemon): Promise<void> {
  const door = await browser.newContext();
  await logIn(await door.newPage(), daemon);
  const storageState = await door.storageState();
  await door.close();
  const times: number[][] = [];
  let weights: readonly string[] = [];
  for (let round = 0; round < 5; round++) {
    // A context of its own has the cookie and nothing else, so nothing comes out of a cache.
    const context = await browser.newContext({ storageState });
    const page = await context.newPage();
    const from = performance.now();
    await page.goto(`${daemon.url}/`, { waitUntil: 'commit' });
    await live(page);
    const connected = performance.now() - from;
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    const paint = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    );
    times.push([paint, connected]);
    const { loaded, files } = await allFiles(page);
    const weigh = (some: readonly File[]): string =>
      `${(some.reduce((sum, { size }) => sum + size, 0) / 1024).toFixed(0)} KB in ${some.length} files`;
    weights = [weigh(files.filter(({ at }) => at < loaded)), weigh(files)];
    await context.close();
  }
  const median = (column: number): string =>
    (times.map(one => one[column] ?? 0).toSorted((a, b) => a - b)[2] ?? 0).toFixed(0);
  row(
    'page weight, cold, not compressed',
    `${weights[0]} until the first view, ${weights[1]} with all of them`,
  );
  row('first contentful paint, cold', `${median(0)} ms`);
  row('connected, cold', `${median(1)} ms`);
}

/** What the page has loaded, the page itself included, once it loads no more: the views come when it is idle. */
async function allFiles(page: Page): Promise<{ loaded: number; files: readonly File[] }> {
  const many = (): Promise<number> => page.evaluate(() => performance.getEntriesByType('resource').length);
  for (let before = -1, now = await many(); now !== before; now = await many()) {
    before = now;
    await delay(2000);
  }
  const entries = await page.evaluate(() =>
    (
      [
        ...performance.getEntriesByType('navigation'),
        ...performance.getEntriesByType('resource'),
      ] as PerformanceNavigationTiming[]
    ).map(one => ({
      name: one.name,
      at: one.startTime,
      size: one.decodedBodySize,
      loaded: one.loadEventEnd,
    })),
  );
  const files = entries.filter(({ name, at }) => at === 0 || name.includes('/assets/'));
  const empty = files.filter(({ size }) => size === 0).map(({ name }) => name);
  if (empty.length > 0) throw new Error(`not cold, for these came without a body: ${empty.join(', ')}`);
  return { loaded: entries[0]?.loaded ?? 0, files };
}

/** Frame times and the longest task while `during` runs, and the rate of events that it says it reached. */
async function frames(page: Page, what: string, during: () => Promise<unknown>): Promise<void> {
  let reached: unknown;
  let times: number[] = [];
  const longest = await longestTask(page, async () => {
    await page.evaluate(() => {
      const seen = { frames: [] as number[], stop: false };
      Object.assign(globalThis, { seen });
      let before = performance.now();
      const frame = (now: number): void => {
        seen.frames.push(now - before);
        before = now;
        if (!seen.stop) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    reached = await during();
    times = await page.evaluate(() => {
      const { seen } = globalThis as unknown as { seen: { frames: number[]; stop: boolean } };
      seen.stop = true;
      return seen.frames;
    });
  });
  const sorted = times.slice(2).toSorted((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1).padStart(6);
  const tasks = `longest task ${longest.cpuMs.toFixed(0)} ms of CPU, ${longest.clockMs.toFixed(0)} ms by the clock`;
  const rate = typeof reached === 'number' ? `   at ${reached.toFixed(0)} events/s` : '';
  row(what, `frames p50 ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)} ms   ${tasks}${rate}`);
}

const executable = findBrowser();
if (!executable) process.exit(0);
const browser: Browser = await launchBrowser(executable);
let daemon = await startDaemon(place);
try {
  await cold(daemon);
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto('about:blank');
  await frames(page, 'control: an empty page', () => delay(PERIOD_MS / 2));
  await logIn(page, daemon);
  await page.evaluate(() => {
    location.hash = '#/feed?all=1';
  });
  await page.getByRole('listbox').waitFor();
  // The page is away while much happens, and gets all of it when it is back.
  const { port } = daemon;
  await daemon.stop('SIGKILL');
  await page.locator('#connection:not([data-phase="live"])').waitFor();
  growLog(place.hooklineHome, 's1', EVENTS);
  daemon = await startDaemon(place, '--port', String(port));
  const count = page.getByText(/^1\d\d,\d{3} events$/);
  await frames(page, `${EVENTS.toLocaleString('en')} events at once, after a break`, () =>
    count.waitFor({ timeout: 120_000 }),
  );
  const list = page.getByRole('listbox');
  const busy = async (): Promise<number> =>
    (await load(daemon, (perSecond * PERIOD_MS) / 1000, perSecond)).perSecond;
  await frames(page, 'feed, nothing comes in', () => delay(PERIOD_MS / 2));
  await frames(page, `feed follows, under load`, busy);
  await list.evaluate(node => {
    node.scrollTop = node.scrollHeight / 2;
  });
  await frames(page, `feed read further up, under load`, busy);
  await frames(page, `feed scrolled through, under load`, async () => {
    const loading = busy();
    for (let step = 0; step < 60; step++) {
      await list.evaluate((node, top) => {
        node.scrollTop = top;
      }, 40_000 * step);
      await delay(PERIOD_MS / 70);
    }
    return loading;
  });
  await page.getByLabel('Show only rows with this text').fill('of the load');
  await frames(page, `feed filtered by text, under load`, busy);
  await page.getByLabel('Show only rows with this text').fill('');
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  row('memory of the page with them', `${(usedSize / 1024 / 1024).toFixed(0)} MB of JavaScript heap`);
  await page.evaluate(() => {
    location.hash = '#/';
  });
  await frames(page, `board, under load`, busy);
} finally {
  await browser.close();
  await daemon.stop();
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
