// What the dashboard costs a browser: its weight, the first paint, and how smooth the feed of 100,000 events stays.
//
//   npm run bench:page [-- events a second]
//
// A real Chromium without a GPU, beside the daemon and the load on the same machine; the control row is an empty page.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { findBrowser, launchBrowser } from '../test/support/browser.ts';
import { type Daemon, type Place, startDaemon } from '../test/support/hookline.ts';
import { growLog } from '../test/support/long-session.ts';

const PERIOD_MS = 10_000;
const EVENTS = 100_000;
const perSecond = Number(process.argv[3] ?? 500);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-bench-'));
const place: Place = {
  hooklineHome: path.join(folder, 'hookline'),
  env: { PATH: process.env['PATH'] ?? '', HOME: folder, CLAUDE_CONFIG_DIR: path.join(folder, 'claude') },
};

const row = (what: string, figures: string): void => console.log(`${what.padEnd(46)} ${figures}`);

async function logIn(page: Page, { url, token }: Daemon): Promise<void> {
  const answer = await fetch(`${url}/api/ticket`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  const { ticket } = (await answer.json()) as { ticket: string };
  await page.goto(`${url}/#ticket=${ticket}`);
  await live(page);
}

const live = (page: Page): Promise<void> =>
  page.locator('#connection[data-phase="live"]').waitFor({ timeout: 120_000 });

/** From an empty cache to the first paint and to the connection, the login being there already. */
async function cold(daemon: Daemon): Promise<void> {
  const times: number[][] = [];
  let weights: readonly string[] = [];
  for (let round = 0; round < 5; round++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await logIn(page, daemon);
    const session = await context.newCDPSession(page);
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.goto(`${daemon.url}/`);
    const from = performance.now();
    await page.reload({ waitUntil: 'commit' });
    await live(page);
    const connected = performance.now() - from;
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    await page.waitForLoadState('networkidle');
    const { paint, loaded, files } = await page.evaluate(() => {
      const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      const own = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      return {
        paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
        loaded: navigation?.loadEventEnd ?? 0,
        files: own
          .filter(({ name }) => name.includes('/assets/'))
          .map(one => ({ at: one.startTime, size: one.decodedBodySize })),
      };
    });
    times.push([paint, connected]);
    const html = (await (await page.request.get(`${daemon.url}/`)).body()).length;
    const weigh = (some: readonly { size: number }[]): string =>
      `${(some.reduce((sum, { size }) => sum + size, html) / 1024).toFixed(0)} KB in ${some.length + 1} files`;
    weights = [weigh(files.filter(({ at }) => at < loaded)), weigh(files)];
    await context.close();
  }
  const median = (column: number): string =>
    (times.map(one => one[column] ?? 0).toSorted((a, b) => a - b)[2] ?? 0).toFixed(0);
  row('page weight, not compressed', `${weights[0]} until the first view, ${weights[1]} with all of them`);
  row('first contentful paint, cold', `${median(0)} ms`);
  row('connected, cold', `${median(1)} ms`);
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds by the clock, and those of them in which the thread had the CPU. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Milliseconds that the tasks of the page's main thread took: the longest by the clock, and of CPU. */
function longestTask(trace: Buffer): string {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && mains.has(`${pid} ${tid}`));
  const most = (of: 'dur' | 'tdur'): string =>
    (tasks.reduce((longest, task) => Math.max(longest, task[of] ?? 0), 0) / 1000).toFixed(0);
  return `longest task ${most('tdur')} ms of CPU, ${most('dur')} ms by the clock`;
}

/** Frame times over a while, and the longest tasks. */
async function frames(page: Page, what: string, during: () => Promise<void>): Promise<void> {
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] });
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
  await during();
  const times = await page.evaluate(() => {
    const { seen } = globalThis as unknown as { seen: { frames: number[]; stop: boolean } };
    seen.stop = true;
    return seen.frames;
  });
  const longest = longestTask(await browser.stopTracing());
  const sorted = times.slice(2).toSorted((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1).padStart(6);
  row(what, `frames p50 ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)} ms   ${longest}`);
}

/** Posts hooks at an even pace; each is an event, and every fourth or so another one that follows from it. */
async function load({ url, token }: Daemon, ms: number): Promise<void> {
  const from = performance.now();
  let sent = 0;
  const pending = new Set<Promise<unknown>>();
  while (performance.now() - from < ms) {
    const due = Math.floor(((performance.now() - from) / 1000) * perSecond);
    for (; sent < due; sent++) {
      const one = fetch(`${url}/hook`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          session_id: `load-${sent % 5}`,
          cwd: '/home/dev/shop',
          hook_event_name: 'Notification',
          message: `event ${sent} of the load, with about as many words as events have`,
        }),
      })
        .then(answer => answer.arrayBuffer())
        .catch(() => {}); // A connection kept from before the kill.
      pending.add(one);
      void one.finally(() => pending.delete(one));
    }
    await delay(10);
  }
  await Promise.all(pending);
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
    location.hash = '#/feed';
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
  const busy = (): Promise<void> => load(daemon, PERIOD_MS);
  await frames(page, 'feed, nothing comes in', () => delay(PERIOD_MS / 2));
  await frames(page, `feed follows, ${perSecond} events/s`, busy);
  await list.evaluate(node => {
    node.scrollTop = node.scrollHeight / 2;
  });
  await frames(page, `feed read further up, ${perSecond} events/s`, busy);
  await frames(page, `feed scrolled through, ${perSecond} events/s`, async () => {
    const loading = busy();
    for (let step = 0; step < 60; step++) {
      await list.evaluate((node, top) => {
        node.scrollTop = top;
      }, 40_000 * step);
      await delay(PERIOD_MS / 70);
    }
    await loading;
  });
  await page.getByLabel('Show only rows with this text').fill('of the load');
  await frames(page, `feed filtered by text, ${perSecond} events/s`, busy);
  await page.getByLabel('Show only rows with this text').fill('');
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  row('memory of the page with them', `${(usedSize / 1024 / 1024).toFixed(0)} MB of JavaScript heap`);
  await page.evaluate(() => {
    location.hash = '#/';
  });
  await frames(page, `board, ${perSecond} events/s`, busy);
} finally {
  await browser.close();
  await daemon.stop();
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
