// How smooth a page is while something happens: the times of its frames, and its longest task.
import type { Page } from 'playwright-core';
import { longestTask } from '../../test/support/main-thread.ts';
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
