// How smooth a page is while something happens: the times of its frames, and its longest task.
import type { Page } from 'playwright-core';
import { longestTask } from '../../test/support/main-thread.ts';
import type { Figure } from '../report/row.ts';
import { quantile } from '../support/numbers.ts';

/** Milliseconds. */
export interface Frames {
  readonly p50: number;
  readonly p99: number;
  /** Of CPU. */
  readonly longestTask: number;
}

export async function framesOf(page: Page, during: () => Promise<unknown>): Promise<Frames> {
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
    await during();
    times = await page.evaluate(() => {
      const { seen } = globalThis as unknown as { seen: { frames: number[]; stop: boolean } };
      seen.stop = true;
      return seen.frames;
    });
  });
  const frames = times.slice(2);
  return { p50: quantile(frames, 0.5), p99: quantile(frames, 0.99), longestTask: longest.cpuMs };
}

/** A row for each of what was measured. */
export function frameRows(id: string, what: string, frames: Frames, empty: Frames): Figure[] {
  const row = (part: string, about: string, unit: string, of: (frames: Frames) => number): Figure => ({
    ...{ id: `${id}-${part}`, what: `${what}: ${about}`, unit, values: [of(frames)] },
    control: { what: 'an empty page', values: [of(empty)] },
  });
  return [
    row('p50', 'frames, p50', 'ms', one => one.p50),
    row('p99', 'frames, p99', 'ms', one => one.p99),
    row('task', 'the longest task, CPU', 'ms', one => one.longestTask),
  ];
}

/** What is left of it once what nobody needs is gone. */
export async function heapOf(page: Page): Promise<Figure> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return { id: 'heap', what: 'JavaScript heap of the page in the end', unit: 'MB', values: [usedSize / 1e6] };
}
