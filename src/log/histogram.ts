// How many events there were when: counted from one end of the log to the other, in stretches.
import { alarmOf } from '../protocol/index.ts';
import { BatchSize, LOOK_MOST } from './batch-size.ts';
import { Counting, type Told, widthFor } from './counting.ts';
import type { LogReader } from './event-log.ts';
import type { Filter } from './filter.ts';
import type { Range, TimeTally } from './scan.ts';
import { TimeCounts } from './time-counts.ts';

export interface HistogramQuery {
  /** With `since` and `until`, where they are wanted. */
  readonly filter: Filter;
  /** The filter as text: the same for whoever asks for the same. */
  readonly key: string;
  /** At most so many buckets; they are as narrow as that lets them be. */
  readonly buckets: number;
  /** Where the time goes to when the filter does not say, in milliseconds since 1970. */
  readonly now: number;
  /** Ends the counting when nobody waits for it any more. */
  readonly signal?: AbortSignal;
}

export interface Histogram extends Told {
  /** What was counted: all up to this seq. */
  readonly epoch: string;
  readonly seq: number;
}

/** So many times narrower than they seem to need to be are buckets counted, as long as nobody knows where the time begins. */
const FINER = 16;

/** Countings remembered: whoever asks the same again waits for what is new only. */
const REMEMBERED = 4;

/** How far something was counted, in which log. */
interface Counted {
  readonly epoch: string;
  readonly oldest: number;
  readonly seq: number;
  readonly counting: Counting;
}

export class Histograms {
  readonly #log: LogReader;
  /** By the key of the query, the one that was asked for last at the end. */
  readonly #known = new Map<string, Counted>();

  constructor(log: LogReader) {
    this.#log = log;
  }

  /** @throws what the signal was aborted with. */
  async of(query: HistogramQuery): Promise<Histogram> {
    const { filter, buckets, now, signal } = query;
    const { epoch, oldest, head: seq } = this.#log;
    const key = `${query.key} ${buckets}`;
    const before = this.#take(key);
    const counting = before?.counting ?? begin(this.#log, query);
    const size = new BatchSize();
    let range: Range | undefined = { after: before?.seq ?? 0, before: seq + 1, from: 'oldest' };
    while (range) {
      await size.next();
      signal?.throwIfAborted();
      const { width } = counting;
      const { counts, rest } = tally(this.#log, range, filter, width, size.look);
      for (const { slot, type, failed, events } of counts)
        counting.add(slot * width, alarmOf(type, failed), events);
      range = rest;
    }
    const told = counting.told(filter, filter.until ?? now, buckets);
    this.#keep(key, { epoch, oldest, seq, counting });
    return { epoch, seq, ...told };
  }

  /** Nobody else goes on with it meanwhile. */
  #take(key: string): Counted | undefined {
    const known = this.#known.get(key);
    this.#known.delete(key);
    return known?.epoch === this.#log.epoch && known.oldest === this.#log.oldest ? known : undefined;
  }

  #keep(key: string, counted: Counted): void {
    this.#known.delete(key);
    this.#known.set(key, counted);
    const [first] = this.#known.size > REMEMBERED ? this.#known.keys() : [];
    if (first !== undefined) this.#known.delete(first);
  }
}

function begin(log: LogReader, { filter, buckets, now }: HistogramQuery): Counting {
  const until = filter.until ?? now;
  const many = buckets * FINER;
  const { since } = filter;
  if (since !== undefined) return new Counting(widthFor(since, until, buckets), many);
  return new Counting(widthFor(Math.min(beginning(log) ?? until, until), until, many), many);
}

/** When the oldest event was; others may have been before. */
function beginning(log: LogReader): number | undefined {
  const first: Range = { after: 0, before: log.oldest + 1, from: 'oldest' };
  return log.scan(first, {}, { look: 1, take: 1, bytes: 1 }).records[0]?.timestamp;
}

/** Words are looked for in every record; anything else the store counts by itself. */
function tally(log: LogReader, range: Range, filter: Filter, width: number, look: number): TimeTally {
  if ((filter.words ?? []).length === 0) return log.tallyByTime(range, filter, width, look);
  const counts = new TimeCounts(width);
  const limit = { look, take: LOOK_MOST, bytes: Number.POSITIVE_INFINITY };
  const { records, rest } = log.scan(range, filter, limit);
  for (const record of records) counts.add(record);
  return { counts: counts.all(), rest };
}
