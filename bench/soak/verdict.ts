// Judges by the second half of a soak whether anything grew: by its slope, which a single odd moment does not change, if it is sure
// that there is one.
import type { Sample } from './samples.ts';

/** How much something may grow over the second half: the larger one of a part of what it is, and of what noise comes to. */
export interface Limit {
  readonly what: string;
  readonly unit: string;
  readonly of: (sample: Sample) => number;
  /** Another way to weigh it: it has to have grown in both. */
  readonly against?: (sample: Sample) => number;
  /** The part of its level. */
  readonly share: number;
  /** In its own unit. */
  readonly least: number;
}

export interface Row {
  readonly isWithin: boolean;
  readonly text: string;
}

const MB = 1e6;

/**
 * What is bounded was full before the first sample, so all of this should be level. The shares are what the same daemon was seen to
 * wander by from one run to the next, without going anywhere. An hour shows what leaks some 12 MB an hour at 150 MB, a day what
 * leaks half of one. What clients hold that come and go is not counted. A hook is weighed by itself and against a piece of work
 * that is always the same, for the machine may be busy with other things.
 */
export const LIMITS: readonly Limit[] = [
  { what: 'resident memory', unit: 'MB', of: one => one.rss / MB, share: 0.04, least: 6 },
  { what: 'heap in use', unit: 'MB', of: one => one.heapUsed / MB, share: 0.08, least: 5 },
  { what: 'external memory', unit: 'MB', of: one => one.external / MB, share: 0.1, least: 4 },
  { what: 'native memory', unit: 'MB', of: one => one.native / MB, share: 0.08, least: 6 },
  { what: 'descriptors', unit: '', of: one => one.descriptors, share: 0, least: 3 },
  { what: 'handles', unit: '', of: one => one.handles, share: 0, least: 3 },
  { what: 'timers', unit: '', of: one => one.timers, share: 0, least: 3 },
  {
    what: 'CPU a hook',
    unit: 'µs',
    of: one => one.cpuPerHook,
    against: one => one.cpuPerHook / one.control,
    share: 0.1,
    least: 0,
  },
];

/** Fewer samples than that in the second half say nothing. */
const LEAST_SAMPLES = 8;
/** Pieces that the second half is cut in; of each the median counts. */
const PIECES = 30;
/** From here on a trend is none of chance, but once in a hundred times. */
const SURE = 2.33;

export function judge(samples: readonly Sample[], limits: readonly Limit[] = LIMITS): Row[] {
  const half = samples.slice(Math.floor(samples.length / 2));
  if (half.length < LEAST_SAMPLES)
    return [{ isWithin: false, text: `FAILED  ${half.length} samples are too few to judge by` }];
  return limits.map(limit => judgeOne(half, limit));
}

function judgeOne(half: readonly Sample[], limit: Limit): Row {
  const { of, against = of } = limit;
  const [row, other] = [weigh(half, limit, of), weigh(half, limit, against)];
  return row.isWithin || !other.isWithin
    ? row
    : { ...row, isWithin: true, text: `ok    ${row.text.slice(6)}, but so did all work` };
}

function weigh(half: readonly Sample[], { what, unit, share, least }: Limit, of: Limit['of']): Row {
  const pieces = cut(half).map(piece => ({
    at: median(piece.map(({ at }) => at)),
    value: median(piece.map(of)),
  }));
  const hours = ((half.at(-1)?.at ?? 0) - (half[0]?.at ?? 0)) / 3600;
  const slope = theilSen(pieces.map(({ at, value }) => [at / 3600, value]));
  const level = median(pieces.map(({ value }) => value));
  const grown = slope * hours;
  const most = Math.max(level * share, least);
  // What is no number was not measured, and is not good.
  const isWithin = grown <= most || trend(pieces.map(({ value }) => value)) < SURE;
  const figures = `${show(level)} ${unit}, ${signed(grown)} in the second half (${signed(slope)} an hour), at most ${signed(most)}`;
  return { isWithin, text: `${isWithin ? 'ok    ' : 'FAILED'}  ${what.padEnd(16)} ${figures}` };
}

/** The median of the slopes between any two points (Theil 1950, Sen 1968): up to 29 % of the points may be anywhere. */
export function theilSen(points: readonly (readonly [number, number])[]): number {
  const slopes = points.flatMap(([x1, y1], index) =>
    points.slice(index + 1).flatMap(([x2, y2]) => (x2 === x1 ? [] : [(y2 - y1) / (x2 - x1)])),
  );
  return median(slopes);
}

/**
 * How sure it is that values grow, whatever they do in between (Mann 1945, Kendall 1975): 0 for no trend, and distributed normally
 * about it where there is none.
 */
export function trend(values: readonly number[]): number {
  const { length: n } = values;
  const ups = values
    .flatMap((value, index) => values.slice(index + 1).map(later => Math.sign(later - value)))
    .reduce((sum, up) => sum + up, 0);
  return ups / Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle - 0.5)] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

function cut<T>(all: readonly T[]): T[][] {
  const size = Math.max(1, Math.ceil(all.length / PIECES));
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

const show = (value: number): string => value.toFixed(Math.abs(value) < 1 ? 3 : 1);
const signed = (value: number): string => `${value < 0 ? '' : '+'}${show(value)}`;
