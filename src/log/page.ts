// One page of the log for history and search: the records that match, within limits, and whether there are more.

import { BatchSize, LOOK_MOST } from './batch-size.ts';
import type { LogReader } from './event-log.ts';
import type { Filter } from './filter.ts';
import { type LogRecord, recordSize } from './record.ts';
import type { Range } from './scan.ts';

export interface PageQuery {
  /** Exclusive bounds. */
  readonly after?: number;
  readonly before?: number;
  readonly limit: number;
  /** Most characters of JSON; the page ends early, with `hasMore`. */
  readonly bytes: number;
  /** `newest`: the last matches before the bound; `oldest`: the first ones after it. */
  readonly from: 'newest' | 'oldest';
  readonly filter: Filter;
  /** Ends the search when nobody waits for its answer any more. */
  readonly signal?: AbortSignal;
}

export interface Page {
  /** Ascending by seq, whichever end was asked for. */
  readonly records: LogRecord[];
  readonly hasMore: boolean;
}

/** Most characters found in one go. */
const BYTES = 1024 * 1024;

/**
 * Reads as far as it takes to fill the page, in stretches: a search through a million events delays no hook.
 *
 * @throws what the signal was aborted with.
 */
export async function readPage(log: LogReader, query: PageQuery): Promise<Page> {
  const { limit, from, filter, signal } = query;
  const found: LogRecord[] = [];
  let bytes = 0;
  const page = (hasMore: boolean): Page => ({
    records: from === 'newest' ? found.reverse() : found,
    hasMore,
  });
  let range: Range | undefined = {
    after: query.after ?? 0,
    before: query.before ?? Number.MAX_SAFE_INTEGER,
    from,
  };
  const size = new BatchSize();
  while (range) {
    await size.next();
    signal?.throwIfAborted();
    // One more than fits tells whether there are more.
    const take = Math.min(LOOK_MOST, limit - found.length + 1);
    const scan = log.scan(range, filter, { look: size.look, take, bytes: BYTES });
    for (const record of scan.records) {
      bytes += recordSize(record);
      if (found.length >= limit || (bytes > query.bytes && found.length > 0)) return page(true);
      found.push(record);
    }
    range = scan.rest;
  }
  return page(false);
}
