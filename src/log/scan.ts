// Looking through the log a part at a time: where, how much at once, and what was found.
import type { LogRecord } from './record.ts';

/** A part of the log, and the end from which it is looked through. */
export interface Range {
  /** Exclusive bounds. */
  readonly after: number;
  readonly before: number;
  readonly from: 'oldest' | 'newest';
}

/** How much one scan may do; it always gets somewhere. */
export interface ScanLimit {
  /** Most records looked at. When the filter names a single session, those of others do not count. */
  readonly look: number;
  /** Most records found. */
  readonly take: number;
  /** Most characters of JSON found, roughly. */
  readonly bytes: number;
}

export interface Scan {
  /** What matches, in the order it was looked at: ascending from the oldest, descending from the newest. */
  readonly records: LogRecord[];
  /** What has not been looked at yet; undefined when nothing is left. */
  readonly rest: Range | undefined;
}

/** How many events of one type a session has in a part of the log. */
export interface Count {
  readonly type: string;
  readonly sessionId: string;
  readonly events: number;
}

export interface Tally {
  readonly counts: readonly Count[];
  /** As of a scan. */
  readonly rest: Range | undefined;
}

/** How many events of one kind a stretch of time has. */
export interface TimeCount {
  /** The stretch: its beginning in milliseconds since 1970, divided by its width. */
  readonly slot: number;
  readonly type: string;
  /** Whether they are results of tools that failed. */
  readonly failed: boolean;
  readonly events: number;
}

export interface TimeTally {
  readonly counts: readonly TimeCount[];
  /** As of a scan. */
  readonly rest: Range | undefined;
}

/** A range from its beginning on: `seq` was the last one looked at. */
export function restOf({ after, before, from }: Range, seq: number): Range | undefined {
  const rest = from === 'oldest' ? { after: seq, before, from } : { after, before: seq, from };
  return rest.before - rest.after > 1 ? rest : undefined;
}

/** A range without the seqs that a log does not hold. */
export function clip({ after, before, from }: Range, oldest: number, head: number): Range | undefined {
  const clipped = { after: Math.max(after, oldest - 1), before: Math.min(before, head + 1), from };
  return clipped.before - clipped.after > 1 ? clipped : undefined;
}
