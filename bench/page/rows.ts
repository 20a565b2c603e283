// The rows that every benchmark of a page has: its frames beside those of an empty page, and its memory.
import type { Page } from 'playwright-core';
import type { Figure } from '../report/row.ts';
import type { Frames } from './frames.ts';

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
