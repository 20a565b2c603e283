// Chance that can be repeated: the same seed gives the same numbers.

export interface Chance {
  readonly seed: number;
  /** A number from 0 up to 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
}

/** Numbers that follow from a seed; without one, from `HOOKLINE_TEST_SEED` or, in the end, from the clock. */
export function chance(
  seed: number = Number(process.env['HOOKLINE_TEST_SEED'] ?? Date.now() % 2 ** 31),
): Chance {
  let state = seed >>> 0;
  // A 32-bit mix of a counter; good enough to be unpredictable to the code under test.
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    seed,
    next,
    between,
    pick<T>(items: readonly T[]): T {
      return items[between(0, items.length - 1)] as T;
    },
  };
}
