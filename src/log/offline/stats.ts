// What there is to know about a log as a whole.

import { BatchSize } from '../batch-size.ts';
import type { LogReader } from '../event-log.ts';
import type { Range } from '../scan.ts';

/** A place in the log and its time, in milliseconds since 1970. */
export interface Place {
  readonly seq: number;
  readonly timestamp: number;
}

export interface Stats {
  /** Undefined where the log is in memory; so are the four that follow then. */
  readonly path?: string | undefined;
  /** On the disk, with the journal. */
  readonly bytes?: number | undefined;
  readonly freeBytes?: number | undefined;
  /** Version of the tables. */
  readonly schema?: number | undefined;
  readonly bytesPerEvent?: number | undefined;
  readonly epoch: string;
  /** The last seq that was given. */
  readonly head: number;
  readonly events: number;
  readonly sessions: number;
  /** Undefined when there is no event. */
  readonly oldest?: Place | undefined;
  readonly newest?: Place | undefined;
  /** The ten types with most events, most first. */
  readonly types: readonly { readonly type: string; readonly events: number }[];
}

const TYPES = 10;

/** Counts in stretches: nobody has to wait for it. @throws what the signal was aborted with. */
export async function statsOf(log: LogReader, signal?: AbortSignal): Promise<Stats> {
  const types = new Map<string, number>();
  const sessions = new Set<string>();
  let events = 0;
  const size = new BatchSize();
  let range: Range | undefined = { after: 0, before: log.head + 1, from: 'oldest' };
  while (range) {
    await size.next();
    signal?.throwIfAborted();
    const { counts, rest } = log.tally(range, size.look);
    for (const count of counts) {
      events += count.events;
      types.set(count.type, (types.get(count.type) ?? 0) + count.events);
      if (count.sessionId !== '') sessions.add(count.sessionId);
    }
    range = rest;
  }
  const space = log.space();
  return {
    path: space?.file,
    bytes: space?.bytes,
    freeBytes: space?.freeBytes,
    schema: space?.schema,
    bytesPerEvent: space && events > 0 ? Math.round((space.bytes - space.freeBytes) / events) : undefined,
    epoch: log.epoch,
    head: log.head,
    events,
    sessions: sessions.size,
    oldest: placeAt(log, log.oldest),
    newest: placeAt(log, log.head),
    types: [...types]
      .map(([type, count]) => ({ type, events: count }))
      .sort((a, b) => b.events - a.events || (a.type < b.type ? -1 : 1))
      .slice(0, TYPES),
  };
}

function placeAt(log: LogReader, seq: number): Place | undefined {
  const at: Range = { after: seq - 1, before: seq + 1, from: 'oldest' };
  const [record] = log.scan(at, {}, { look: 1, take: 1, bytes: 1 }).records;
  return record && { seq: record.seq, timestamp: record.timestamp };
}
