// Adding up what was used.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { daysBetween, series, ticks, total } from '../../public/usage/sums.ts';
import type { DayUsage } from '../../src/protocol/index.ts';

const row = (day: string, model: string, output: number, costUsd?: number): DayUsage => ({
  day,
  project: '/w/shop',
  model,
  input: 0,
  output,
  cacheRead: 0,
  cacheCreation: 0,
  ...(costUsd === undefined ? {} : { costUsd }),
});

it('says for how many tokens nobody told a cost', () => {
  const rows = [row('2026-11-20', 'a', 10, 0.5), row('2026-11-20', 'b', 30)];
  expect(total(rows)).toMatchObject({ cost: 0.5, isEstimate: false, unpriced: 30 });
  const one = { ...row('2026-11-20', 'b', 30), costEstimateUsd: 0.2 };
  expect(total([...rows, one])).toMatchObject({ cost: 0.7, isEstimate: true, unpriced: 30 });
});

it('has every day, and the largest first in each', () => {
  const rows = [row('2026-11-18', 'a', 10), row('2026-11-20', 'b', 30), row('2026-11-20', 'a', 5)];
  const days = daysBetween('2026-11-18', '2026-11-20');
  expect(series(rows, 'model', 'tokens', days)).toEqual({
    names: ['b', 'a'],
    days: [
      { day: '2026-11-18', total: 10, parts: [0, 10] },
      { day: '2026-11-19', total: 0, parts: [0, 0] },
      { day: '2026-11-20', total: 35, parts: [30, 5] },
    ],
  });
});

it('puts what has no colour left into one', () => {
  const rows = Array.from({ length: 12 }, (_, index) => row('2026-11-20', `m${index}`, 100 - index));
  const { names, days } = series(rows, 'model', 'tokens', ['2026-11-20']);
  expect(names).toHaveLength(8);
  expect(names.at(-1)).toBeUndefined();
  expect(days[0]?.parts.reduce((sum, part) => sum + part, 0)).toBe(days[0]?.total);
});

it('counts days over the ends of months, the last ones when there are too many', () => {
  expect(daysBetween('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
  expect(daysBetween('', '2026-03-01', 2)).toEqual(['2026-02-28', '2026-03-01']);
});

it('has an axis in round steps that holds the largest', () => {
  expect(ticks(0.69)).toEqual([0, 0.2, 0.4, expect.closeTo(0.6), 0.8]);
  expect(ticks(0)).toEqual([0, 1]);
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), largest => {
      const axis = ticks(largest);
      expect(axis.at(-1)).toBeGreaterThanOrEqual(largest * (1 - 1e-9));
      expect(axis.length).toBeGreaterThan(2);
      expect(axis.length).toBeLessThan(8);
    }),
  );
});

it('models, projects and days that are called like what every object has are groups of their own', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
  const rows = names.map((name, index) => ({ ...row('2026-11-20', name, 10 - index), project: name }));
  for (const field of ['model', 'project'] as const)
    expect(series(rows, field, 'tokens', ['2026-11-20'])).toEqual({
      names,
      days: [{ day: '2026-11-20', total: 40, parts: [10, 9, 8, 7, 6] }],
    });
});
