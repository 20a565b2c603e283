// How fast lines may be printed, by a clock of the test's own.
import { beforeEach, describe, expect, it } from 'vitest';
import { Pace } from '../../src/relay/index.ts';

let now = 0;
beforeEach(() => {
  now = 0;
});
const at = (ms: number): void => {
  now = ms;
};

describe('lines within a second', () => {
  it('are five, and each makes room again a second later', () => {
    const pace = new Pace({ lines: 5, now: () => now });
    expect(pace.room).toBe(5);
    pace.count(2);
    at(500);
    expect(pace.room).toBe(3);
    pace.count(3);
    expect(pace.room).toBe(0);
    at(1000);
    expect(pace.room).toBe(0);
    at(1100);
    expect(pace.room).toBe(2);
    at(1600);
    expect(pace.room).toBe(5);
  });

  it('no six of them, whatever is printed whenever there is room', () => {
    const pace = new Pace({ lines: 5, now: () => now });
    const printed: number[] = [];
    for (let tick = 0; tick < 1000; tick++) {
      at(tick * 13);
      const { room } = pace;
      if (room === 0) continue;
      const count = 1 + (tick % room);
      pace.count(count);
      printed.push(...Array.from({ length: count }, () => now));
    }
    expect(printed.length).toBeGreaterThan(50);
    for (const [index, time] of printed.entries())
      expect((printed[index + 5] ?? Number.POSITIVE_INFINITY) - time).toBeGreaterThan(1000);
  });
});

describe('writes', () => {
  const limits = { lines: 5, writes: { most: 8, everyMs: 2_100 } };

  /**
   * The Monitor tool of Claude Code 2.1.332: what comes within 200 ms is one notification; it has ten, and gets one more every 2 s,
   * counted from when it began. What finds none is dropped.
   */
  function monitor(began: number): { see(time: number): void; dropped(): number } {
    let [tokens, refilled, batch, dropped] = [10, began, Number.NEGATIVE_INFINITY, 0];
    return {
      see(time) {
        if (time < batch) return;
        batch = time + 200;
        const more = Math.floor((batch - refilled) / 2_000);
        tokens = Math.min(10, tokens + more);
        refilled += more * 2_000;
        if (tokens > 0) tokens--;
        else dropped++;
      },
      dropped: () => dropped,
    };
  }

  it.each([0, 300, 999, 1500, 1999])('none is dropped by a Monitor that began %i ms before', before => {
    const pace = new Pace({ ...limits, now: () => now });
    const reader = monitor(-before);
    let lines = 0;
    for (let time = 0; time < 120_000; time += 10) {
      at(time);
      const { room } = pace;
      if (room === 0) continue;
      // One alone, and then as many as may be; each comes a little late.
      const count = lines % 3 === 0 ? 1 : room;
      pace.count(count);
      reader.see(time + ((lines * 37) % 90));
      lines += count;
    }
    expect(reader.dropped()).toBe(0);
    expect(lines).toBeGreaterThan(100);
  });

  it('after a rest there are eight at once again, and one that came meanwhile', () => {
    const pace = new Pace({ ...limits, now: () => now });
    const burst = (): number => {
      let count = 0;
      for (; pace.room > 0; count++) {
        pace.count(1);
        now += 250;
      }
      return count;
    };
    expect(burst()).toBe(8);
    now += 60_000;
    expect(burst()).toBeOneOf([8, 9]);
  });
});

it('waiting ends with the signal', async () => {
  const pace = new Pace({ lines: 1, now: () => now });
  pace.count(1);
  const stop = new AbortController();
  const waiting = pace.untilRoom(stop.signal);
  stop.abort();
  expect(await waiting).toBe(0);
});
