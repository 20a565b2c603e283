// How many events there were when, for a picture of it: what the daemon has counted, and what came since.
import type { EventHistogram } from '../live/api.ts';
import type { Entry, EventEntry } from '../live/entry.ts';
import type { Ring } from '../live/ring.ts';

/** One bar. */
export interface Bar {
  /** Where it begins, in milliseconds since 1970. */
  readonly at: number;
  events: number;
  failed: number;
  waiting: number;
}

export class Counts {
  readonly #bars = new Map<number, Bar>();
  readonly #seq: number;
  /** Of the bars, in milliseconds. */
  readonly width: number;
  #since: number;
  readonly until: number;
  /** The number of the ring's entry that is to be counted next; undefined before the first look at it. */
  #next: number | undefined;

  constructor({ seq, width, since, until, buckets }: EventHistogram) {
    this.#seq = seq;
    this.width = width;
    this.#since = since;
    this.until = until;
    for (const bucket of buckets) this.#bars.set(bucket.at, { ...bucket });
  }

  /** Where it begins, in milliseconds since 1970: what is told late may have been before all that was counted. */
  get since(): number {
    return this.#since;
  }

  /**
   * Adds what came since, of what is wanted; false when some of it is not there any more.
   *
   * @param wants whether an event is one that is counted
   */
  follow(
    ring: Pick<Ring<Entry>, 'entries' | 'first' | 'next'>,
    wants: (entry: EventEntry) => boolean,
  ): boolean {
    const { entries, first, next } = ring;
    const from = this.#next ?? first;
    this.#next = next;
    for (const entry of entries.slice(Math.max(0, from - first)))
      if (entry.seq !== undefined && entry.seq > this.#seq && wants(entry)) this.#add(entry);
    return first <= from;
  }

  /** Those from one moment to another, ascending, and what they come to. */
  between(since: number, until: number): { readonly bars: readonly Bar[]; readonly total: Bar } {
    const bars = [...this.#bars.values()]
      .filter(({ at }) => at + this.width > since && at < until)
      .sort((left, right) => left.at - right.at);
    const total: Bar = { at: since, events: 0, failed: 0, waiting: 0 };
    for (const { events, failed, waiting } of bars) {
      total.events += events;
      total.failed += failed;
      total.waiting += waiting;
    }
    return { bars, total };
  }

  #add({ at: time, tone }: EventEntry): void {
    const at = Math.floor(time / this.width) * this.width;
    const bar = this.#bars.get(at) ?? { at, events: 0, failed: 0, waiting: 0 };
    bar.events++;
    if (tone === 'bad') bar.failed++;
    if (tone === 'wait') bar.waiting++;
    this.#bars.set(at, bar);
    this.#since = Math.min(this.#since, at);
  }
}
