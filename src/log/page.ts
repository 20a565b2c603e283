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
/** How long a search may hold up everybody else at a stretch, in milliseconds. */
const STRETCH_MS = 10;

/** Reads as far as it takes to fill the page, in stretches: a search through a million events delays no hook. */
export async function readPage(log: LogReader, query: PageQuery): Promise<Page> {
  const found: LogRecord[] = [];
  let bytes = 0;
  let since = performance.now();
  for (const records of pagesOf(log, query)) {
    for (const record of records) {
      if (!query.matches(record)) continue;
      bytes += recordSize(record);
      if (found.length >= query.limit || (bytes > query.bytes && found.length > 0))
        return finish(found, true, query);
      found.push(record);
    }
    if (performance.now() - since < STRETCH_MS) continue;
    await new Promise(resolve => setImmediate(resolve));
    since = performance.now();
  }
  return finish(found, false, query);
}

function finish(records: LogRecord[], hasMore: boolean, query: PageQuery): Page {
  return { records: query.from === 'newest' ? records.reverse() : records, hasMore };
}

function* pagesOf(log: LogReader, query: PageQuery): Generator<readonly LogRecord[]> {
  const limit = query.sessionId === undefined ? STEP : { ...STEP, sessionId: query.sessionId };
  const after = query.after ?? 0;
  const before = query.before ?? Number.MAX_SAFE_INTEGER;
  let edge = query.from === 'newest' ? before : after;
  for (;;) {
    const records = query.from === 'newest' ? log.readBack(edge, limit) : log.read(edge, limit);
    const wanted = records.filter(({ seq }) => seq > after && seq < before);
    yield wanted;
    edge = records.at(-1)?.seq ?? edge;
    if (wanted.length < records.length || records.length === 0) return;
  }
}
