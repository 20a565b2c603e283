// One page of the log for history and search: the records that match, within limits, and whether there are more.
import type { LogReader } from './event-log.ts';
import type { Filter } from './filter.ts';
import { type LogRecord, recordSize } from './record.ts';
import type { Range } from './scan.ts';
import { ownTurn, STRETCH_MS } from './turns.ts';

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

/** Records looked at in one go; fewer where they turn out to be large. */
const LOOK = { least: 16, first: 128, most: 512 };
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
  const pace = new Pace();
  while (range) {
    await pace.next();
    signal?.throwIfAborted();
    // One more than fits tells whether there are more.
    const take = Math.min(LOOK.most, limit - found.length + 1);
    const scan = log.scan(range, filter, { look: pace.look, take, bytes: BYTES });
    for (const record of scan.records) {
      bytes += recordSize(record);
      if (found.length >= limit || (bytes > query.bytes && found.length > 0)) return page(true);
      found.push(record);
    }
    range = scan.rest;
  }
  return page(false);
}

/** How much to look at in one go, by the time the last one took, and when to let others have a turn. */
class Pace {
  look = LOOK.first;
  #stretchFrom: number | undefined;
  #from = 0;

  async next(): Promise<void> {
    const now = performance.now();
    if (this.#stretchFrom !== undefined) {
      const took = now - this.#from;
      if (took > STRETCH_MS / 2) this.look = Math.max(LOOK.least, this.look >> 1);
      else if (took < STRETCH_MS / 5) this.look = Math.min(LOOK.most, this.look << 1);
    }
    this.#from = now;
    if (this.#stretchFrom !== undefined && now - this.#stretchFrom < STRETCH_MS) return;
    await ownTurn();
    this.#from = performance.now();
    this.#stretchFrom = this.#from;
  }
}
