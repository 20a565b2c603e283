// What of the time the picture above the feed shows: more than the list, once a part of it is chosen.
import { beginOf, type Range } from './range.ts';

/**
 * The window for a range: the one that was there, when the range is a part of it. Otherwise the range itself, and around one from
 * one moment to another as much again, half of it on either side.
 *
 * @param before the window that was there
 */
export function windowFor(range: Range, before: Range | undefined, now = Date.now()): Range {
  const { since, until } = range;
  if (since === undefined || until === undefined) return range;
  if (before !== undefined) {
    // The last so long has gone on since something was marked in it.
    const from = (beginOf(before, now) ?? Number.NEGATIVE_INFINITY) - (before.ago ?? 0);
    if (since >= from && until <= (before.until ?? now)) return before;
  }
  const around = (until - since) / 2;
  return { since: Math.round(since - around), until: Math.round(until + around) };
}
