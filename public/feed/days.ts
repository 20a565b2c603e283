// Where another day begins among the rows.

/** A row that says which day begins. */
export interface DayItem {
  readonly day: number;
  readonly at: number;
  readonly seq?: undefined;
  readonly note?: undefined;
}

interface Timed {
  readonly at: number;
}

/** A function that makes the item before an entry of another day than the one before it; `clock` tells what today is. */
export function daysBetween(
  clock: () => number = Date.now,
): (before: Timed | undefined, entry: Timed) => DayItem | undefined {
  // Most entries are of the same day as the one before: that is told without a calendar.
  let known = dayAround(Number.NaN);
  const isSame = (left: number, right: number): boolean => {
    if (!(left >= known.from && left < known.to)) known = dayAround(left);
    return right >= known.from && right < known.to;
  };
  return (before, { at }) => (isSame(before?.at ?? clock(), at) ? undefined : { day: at, at });
}

function dayAround(timestamp: number): { from: number; to: number } {
  const at = new Date(timestamp);
  const midnight = (days: number): number =>
    new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTime();
  return { from: midnight(0), to: midnight(1) };
}
