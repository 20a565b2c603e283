// How long a page's main thread was busy without a pause: from a trace of the browser, in CPU time too.
import type { Page } from 'playwright-core';

/** The longest task of a while, in milliseconds. */
export interface LongestTask {
  /** In which the thread had the CPU: what other processes took of the machine does not count. */
  readonly cpuMs: number;
  readonly clockMs: number;
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

/** Runs `during` and tells the longest task that the main thread of any page of the browser had meanwhile. */
export async function longestTask(page: Page, during: () => Promise<unknown>): Promise<LongestTask> {
  const browser = page.context().browser();
  if (!browser) throw new Error('the page has no browser of its own to trace');
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] });
  let trace: Buffer;
  try {
    await during();
  } finally {
    trace = await browser.stopTracing();
  }
  return longestIn(trace);
}

/** CPU of the yardstick on the machine that the limits of tests are meant for, in milliseconds. */
const YARDSTICK_MS = 200;
const TRIES = 3;

/**
 * How many times slower than that machine this one is, at least 1: by a task that is always the same (elements, their layout, JSON), in a
 * page of its own. A limit is multiplied by it, so that a slow machine does not look like a slow page.
 */
export async function slowness(page: Page): Promise<number> {
  const blank = await page.context().newPage();
  try {
    let least = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < TRIES; tries++) {
      const { cpuMs } = await longestTask(page, () => blank.evaluate(yardstick));
      least = Math.min(least, cpuMs);
    }
    return Math.max(1, least / YARDSTICK_MS);
  } finally {
    await blank.close();
  }
}

/** Runs in a page. */
function yardstick(): number {
  const list = document.createElement('ul');
  document.body.append(list);
  for (let n = 0; n < 4000; n++) {
    const item = document.createElement('li');
    const label = document.createElement('b');
    label.append(`session ${n}`);
    item.append(label, ` said ${n} words`);
    item.dataset['n'] = String(n);
    list.append(item);
  }
  const texts = Array.from(list.children, item => ({ text: item.textContent, n: item.childNodes.length }));
  const { length } = JSON.parse(JSON.stringify(texts)) as unknown[];
  const height = list.offsetHeight;
  list.remove();
  return length + height;
}

function longestIn(trace: Buffer): LongestTask {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && mains.has(`${pid} ${tid}`));
  // A browser that traces no CPU time would make every page look quick.
  if (!tasks.some(({ tdur = 0 }) => tdur > 0)) throw new Error('the trace tells no CPU time of any task');
  const most = (of: 'dur' | 'tdur'): number =>
    tasks.reduce((longest, task) => Math.max(longest, task[of] ?? 0), 0) / 1000;
  return { cpuMs: most('tdur'), clockMs: most('dur') };
}
