// Where another day begins among the rows.

/** A function that makes the item before an entry of another day than the one before it; `clock` tells what today is. */
export function daysBetween(clock = Date.now) {
  // Most entries are of the same day as the one before: that is told without a calendar.
  let known = dayAround(Number.NaN);
  const isSame = (left, right) => {
    if (!(left >= known.from && left < known.to)) known = dayAround(left);
    return right >= known.from && right < known.to;
  };
  return (before, { at }) => (isSame(before?.at ?? clock(), at) ? undefined : { day: at, at });
}

function dayAround(timestamp) {
  const at = new Date(timestamp);
  const midnight = days => new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTime();
  return { from: midnight(0), to: midnight(1) };
}
