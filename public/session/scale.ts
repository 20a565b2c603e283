// Time on the timeline: as it went, but for the hours in which nothing happened, which are folded to a hand's breadth.

/** Shorter pauses stay as they are, in milliseconds; no longer one takes more room. */
const PAUSE_MS = 60_000;
/** How wide a folded pause is, as a part of the time in which something happened. */
const FOLDED = 0.025;

/** From one time to another; a moment is `[at, at]`. */
export type Interval = readonly [from: number, to: number];

/** A stretch of time, and where it is on the scale. */
export interface Segment {
  readonly t0: number;
  readonly t1: number;
  readonly u0: number;
  readonly u1: number;
  /** A pause, of which little is shown. */
  readonly folded: boolean;
}

export interface Scale {
  readonly segments: readonly Segment[];
  readonly length: number;
  /** Before the beginning and after the end time goes on as usual. */
  toLength(time: number): number;
  toTime(length: number): number;
}

/**
 * A scale from time to a length without the long pauses, and back.
 *
 * @param busy when something happened, in any order
 */
export function makeScale(busy: readonly Interval[]): Scale {
  const spans = merged(busy);
  if (spans.length === 0) return scaleOf([NOTHING]);
  const active = spans.reduce((sum, [from, to]) => sum + to - from, 0);
  const width = Math.min(PAUSE_MS, Math.max(2000, active * FOLDED));
  const segments: Segment[] = [];
  let u = 0;
  const push = (t0: number, t1: number, length: number, folded: boolean): void => {
    segments.push({ t0, t1, u0: u, u1: u + length, folded });
    u += length;
  };
  spans.forEach(([from, to], index) => {
    const before = spans[index - 1];
    if (before !== undefined) push(before[1], from, width, true);
    push(from, to, Math.max(to - from, 1), false);
  });
  return scaleOf(segments);
}

/** Intervals that overlap, or have only a short pause between them, as one. */
function merged(busy: readonly Interval[]): Interval[] {
  const spans: [number, number][] = [];
  for (const [from, to] of busy.toSorted((left, right) => left[0] - right[0])) {
    const last = spans.at(-1);
    if (last !== undefined && from - last[1] <= PAUSE_MS) last[1] = Math.max(last[1], to);
    else spans.push([from, to]);
  }
  return spans;
}

const NOTHING: Segment = { t0: 0, t1: 1, u0: 0, u1: 1, folded: false };

function scaleOf(segments: readonly Segment[]): Scale {
  const first = segments[0] ?? NOTHING;
  const last = segments.at(-1) ?? NOTHING;
  const find = (value: number, edge: 't1' | 'u1'): Segment => {
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((segments[middle] ?? last)[edge] < value) low = middle + 1;
      else high = middle;
    }
    return segments[low] ?? last;
  };
  const between = (value: number, from: number, to: number, start: number, end: number): number =>
    start + ((value - from) / (to - from || 1)) * (end - start);
  return {
    segments,
    length: last.u1,
    toLength(time) {
      if (time <= first.t0) return time - first.t0;
      if (time >= last.t1) return last.u1 + time - last.t1;
      const { t0, t1, u0, u1 } = find(time, 't1');
      return between(time, t0, t1, u0, u1);
    },
    toTime(length) {
      if (length <= 0) return first.t0 + length;
      if (length >= last.u1) return last.t1 + length - last.u1;
      const { t0, t1, u0, u1 } = find(length, 'u1');
      return between(length, u0, u1, t0, t1);
    },
  };
}

const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5,
  72e5, 108e5, 216e5, 432e5, 864e5,
];

/** The step between two ticks of the axis, in milliseconds, so that they are at least `least` milliseconds apart. */
export const tickStep = (least: number): number =>
  STEPS.find(step => step >= least) ?? 864e5 * Math.ceil(least / 864e5);
