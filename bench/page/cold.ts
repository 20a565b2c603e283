// The dashboard from an empty cache: what it weighs, and how long until it paints and until it is live, the login being there.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { Daemon } from '../../test/support/hookline.ts';
import type { Figure, Rows } from '../report/row.ts';
import { live, logIn } from './log-in.ts';

const ROUNDS = 5;

type State = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>;

interface Opened {
  /** Milliseconds until its first contentful paint. */
  readonly paint: number;
  /** Milliseconds until it is what it is opened for. */
  readonly ready: number;
}

/** Opens a page in a context that has the cookie and nothing else, so nothing comes out of a cache. */
async function open(
  browser: Browser,
  url: string,
  isReady: (page: Page) => Promise<unknown>,
  then: (page: Page) => Promise<unknown>,
  storageState?: State,
): Promise<Opened> {
  const context = await browser.newContext(storageState ? { storageState } : {});
  const page = await context.newPage();
  const from = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await isReady(page);
  const ready = performance.now() - from;
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  const paint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  );
  await then(page);
  await context.close();
  return { paint, ready };
}

async function serveEmpty(): Promise<{ url: string; close: () => void }> {
  const server = http.createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>Empty</title><p>Nothing.'),
  );
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

interface File {
  /** Kilobytes, not compressed. */
  readonly size: number;
  readonly isOfFirstView: boolean;
}

/** What the page has loaded, the page itself included, once it loads no more: the views come when it is idle. */
async function filesOf(page: Page): Promise<File[]> {
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
  const loaded = entries[0]?.loaded ?? 0;
  const files = entries.filter(({ name, at }) => at === 0 || name.includes('/assets/'));
  const empty = files.filter(({ size }) => size === 0).map(({ name }) => name);
  if (empty.length > 0) throw new Error(`not cold, for these came without a body: ${empty.join(', ')}`);
  return files.map(({ at, size }) => ({ size: size / 1024, isOfFirstView: at < loaded }));
}

export async function* coldRows(browser: Browser, daemon: Daemon): Rows {
  const door = await browser.newContext();
  await logIn(await door.newPage(), daemon);
  const storageState = await door.storageState();
  await door.close();
  const server = await serveEmpty();
  const opened: Opened[] = [];
  const empty: Opened[] = [];
  let files: readonly File[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const look = async (page: Page): Promise<void> => {
      if (round === 0) files = await filesOf(page);
    };
    opened.push(await open(browser, `${daemon.url}/`, live, look, storageState));
    empty.push(
      await open(
        browser,
        server.url,
        page => page.waitForLoadState('load'),
        async () => {},
      ),
    );
  }
  server.close();
  const weigh = (id: string, what: string, some: readonly File[]): Figure => ({
    ...{ id, what: `weight of the dashboard, not compressed: ${what}, ${some.length} files`, unit: 'KB' },
    values: [some.reduce((sum, { size }) => sum + size, 0)],
  });
  yield weigh(
    'weight',
    'the first view',
    files.filter(({ isOfFirstView }) => isOfFirstView),
  );
  yield weigh('weight-all', 'all views', files);
  const times = (id: string, what: string, control: string, of: (one: Opened) => number): Figure => ({
    ...{ id, what: `from an empty cache: ${what}`, unit: 'ms', values: opened.map(of) },
    control: { what: control, values: empty.map(of) },
  });
  yield times('paint', 'first contentful paint', 'an empty page', one => one.paint);
  yield times('live', 'live', 'an empty page, loaded', one => one.ready);
}
