// Time on the timeline: as it went, but for the hours in which nothing happened, which are folded to a hand's breadth.

/** Shorter pauses stay as they are, in milliseconds; no longer one takes more room. */
const PAUSE_MS = 60_000;
/** How wide a folded pause is, as a part of the time in which something happened. */
const FOLDED = 0.025;

/**
 * A scale from time to a length without the long pauses, and back.
 *
 * @param busy `[from, to]` intervals in which something happened, in any order; a moment is `[at, at]`
 */
export function makeScale(busy) {
  const spans = merged(busy);
  if (spans.length === 0) return scaleOf([{ t0: 0, t1: 1, u0: 0, u1: 1, folded: false }]);
  const active = spans.reduce((sum, [from, to]) => sum + to - from, 0);
  const width = Math.min(PAUSE_MS, Math.max(2000, active * FOLDED));
  const segments = [];
  let u = 0;
  const push = (t0, t1, length, folded) => {
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
function merged(busy) {
  const spans = [];
  for (const [from, to] of busy.toSorted((left, right) => left[0] - right[0])) {
    const last = spans.at(-1);
    if (last !== undefined && from - last[1] <= PAUSE_MS) last[1] = Math.max(last[1], to);
    else spans.push([from, to]);
  }
  return spans;
}

function scaleOf(segments) {
  const first = segments[0];
  const last = segments.at(-1);
  const find = (value, edge) => {
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (segments[middle][edge] < value) low = middle + 1;
      else high = middle;
    }
    return segments[low];
  };
  const between = (value, from, to, start, end) =>
    start + ((value - from) / (to - from || 1)) * (end - start);
  return {
    segments,
    length: last.u1,
    /** Before the beginning and after the end time goes on as usual. */
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
export const tickStep = least => STEPS.find(step => step >= least) ?? 864e5 * Math.ceil(least / 864e5);
