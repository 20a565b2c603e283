// How long to wait before the next try.

/**
 * Exponential backoff with full jitter, so that a thousand clients of a restarted daemon do not come back in one wave.
 *
 * @param failures failed tries in a row, 0 for the first retry
 * @param baseMs most milliseconds to wait before the first retry
 * @param capMs most milliseconds to wait at all
 * @param random a number from 0 up to 1
 */
export function fullJitter(failures: number, baseMs: number, capMs: number, random: () => number): number {
  return Math.round(random() * Math.min(capMs, baseMs * 2 ** Math.min(failures, 30)));
}
