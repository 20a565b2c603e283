// One page of the log for history and search: the records that match, within limits, and whether there are more.
import type { LogReader } from './event-log.ts';
import type { LogRecord } from './record.ts';
import { recordSize } from './record.ts';

export interface PageQuery {
  /** Exclusive bounds. */
  readonly after?: number;
  readonly before?: number;
  readonly sessionId?: string;
  readonly limit: number;
  /** Most characters of JSON; the page ends early, with `hasMore`. */
  readonly bytes: number;
  /** `newest`: the last matches before the bound; `oldest`: the first ones after it. */
  readonly from: 'newest' | 'oldest';
  readonly matches: (record: LogRecord) => boolean;
}

export interface Page {
  /** Ascending by seq, whichever end was asked for. */
  readonly records: LogRecord[];
  readonly hasMore: boolean;
}

const STEP = { events: 512, bytes: 1024 * 1024 };

export function readPage(log: LogReader, query: PageQuery): Page {
  const found: LogRecord[] = [];
  let bytes = 0;
  for (const record of walk(log, query)) {
    if (!query.matches(record)) continue;
    bytes += recordSize(record);
    if (found.length >= query.limit || (bytes > query.bytes && found.length > 0))
      return finish(found, true, query);
    found.push(record);
  }
  return finish(found, false, query);
}

function finish(records: LogRecord[], hasMore: boolean, query: PageQuery): Page {
  return { records: query.from === 'newest' ? records.reverse() : records, hasMore };
}

function* walk(log: LogReader, query: PageQuery): Generator<LogRecord> {
  const limit = query.sessionId === undefined ? STEP : { ...STEP, sessionId: query.sessionId };
  const after = query.after ?? 0;
  const before = query.before ?? Number.MAX_SAFE_INTEGER;
  let edge = query.from === 'newest' ? before : after;
  for (;;) {
    const records = query.from === 'newest' ? log.readBack(edge, limit) : log.read(edge, limit);
    for (const record of records) {
      if (record.seq <= after || record.seq >= before) return;
      yield record;
      edge = record.seq;
    }
    if (records.length === 0) return;
  }
}
