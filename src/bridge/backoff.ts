// How long to wait before a broker is tried again: a random part of a bound that doubles, so that many do not come at once.

/** Bounds of a wait, in milliseconds. */
const LEAST_MS = 500;
const MOST_MS = 30_000;

/**
 * @param failures how often in a row it failed, from 1
 * @param random from 0 up to 1. Default `Math.random`
 * @returns milliseconds
 */
export function backoffMs(failures: number, random = Math.random()): number {
  const bound = Math.min(MOST_MS, LEAST_MS * 2 ** Math.min(failures, 16));
  return Math.round(LEAST_MS + random * (bound - LEAST_MS));
}
