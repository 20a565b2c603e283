// Makes the database of a running log smaller, in so many steps that nobody has to wait for it.
import type { EventLog } from './event-log.ts';
import { ownTurn } from './yielding.ts';

/** Bytes on the disk. */
export interface Compacted {
  readonly before: number;
  readonly after: number;
}

/** Undefined for a log in memory. @throws the store's error */
export async function compactLog(log: EventLog): Promise<Compacted | undefined> {
  const before = log.space()?.bytes;
  while (log.compact()) await ownTurn();
  const after = log.space()?.bytes;
  return before === undefined || after === undefined ? undefined : { before, after };
}
