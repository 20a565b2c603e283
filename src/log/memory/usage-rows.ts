// Keeps no rows of what was used: with the events in memory goes all that they add up to.
import type { UsageShelf } from '../usage-row.ts';

export const NO_USAGE: UsageShelf = {
  mark: () => undefined,
  rows: () => [],
  write: () => {},
  clear: () => {},
  done: () => {},
};
