// Summaries of the past: few enough to keep, and never far from a moment one wants to go back to.
import { expect, test } from 'vitest';
import { type Kept, spaced } from '../../src/log/checkpoint-retention.ts';

/** What is left after a summary every 5,000 events, thinned each time, as a store does. */
function live(events: number, bytes = Number.POSITIVE_INFINITY, each = 100): Kept[] {
  let kept: Kept[] = [];
  for (let seq = 5000; seq <= events; seq += 5000) kept = spaced([...kept, { seq, bytes: each }], bytes, 1);
  return kept;
}

test('after ten million events there are some dozens, and the newest is the newest', () => {
  const kept = live(10_000_000);
  expect(kept.length).toBeLessThan(80);
  expect(kept.at(-1)?.seq).toBe(10_000_000);
  expect(kept.map(({ seq }) => seq)).toEqual(kept.map(({ seq }) => seq).sort((a, b) => a - b));
});

test('a moment in the past is at most a third as far from one of them as from now, at any time', () => {
  for (const events of [10_000, 60_000, 505_000, 1_000_000, 3_335_000]) {
    const kept = live(events);
    for (let moment = kept[0]?.seq ?? 0; moment < events; moment += 1234) {
      const before = kept.findLast(({ seq }) => seq <= moment)?.seq ?? 0;
      expect(moment - before).toBeLessThanOrEqual(Math.max(5000, (events - before) / 3));
    }
  }
});

test('the recent ones are all there', () => {
  expect(
    live(1_000_000)
      .slice(-5)
      .map(({ seq }) => seq),
  ).toEqual([980_000, 985_000, 990_000, 995_000, 1_000_000]);
});

test('the oldest go when they take up too much, the newest stays whatever it takes', () => {
  const few = live(1_000_000, 1000);
  expect(few.length).toBeLessThanOrEqual(10);
  expect(few.length).toBeGreaterThan(6);
  expect(few.at(-1)?.seq).toBe(1_000_000);
  expect(live(1_000_000, 10)).toEqual([{ seq: 1_000_000, bytes: 100 }]);
});

test('those from which the events that follow are gone lead nowhere', () => {
  const kept = [10, 20, 30].map(seq => ({ seq, bytes: 1 }));
  expect(spaced(kept, 100, 21).map(({ seq }) => seq)).toEqual([20, 30]);
  expect(spaced(kept, 100, 22).map(({ seq }) => seq)).toEqual([30]);
  expect(spaced(kept, 100, 99).map(({ seq }) => seq)).toEqual([30]);
  expect(spaced([], 100, 1)).toEqual([]);
});
