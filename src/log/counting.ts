// Counts events in buckets of time that grow wider when there are too many.
import type { Alarm } from '../protocol/index.ts';
import type { Filter } from './filter.ts';

/** How many events there were in a stretch of time. */
export interface Bucket {
  /** Where it begins, in milliseconds since 1970: a multiple of the width. */
  readonly at: number;
  readonly events: number;
  /** How many of them tell of what went wrong, and of what waited for somebody. */
  readonly failed: number;
  readonly waiting: number;
}

/** What was counted, and how it is divided. */
export interface Told {
  /** In milliseconds since 1970; without one that was asked for, where the first bucket begins, or now. */
  readonly since: number;
  readonly until: number;
  /** Of a bucket, in milliseconds. */
  readonly width: number;
  /** Those with an event in them, ascending. */
  readonly buckets: readonly Bucket[];
}

const S = 1000;
const [MIN, HOUR, DAY] = [60 * S, 3600 * S, 86_400 * S];
/** Each goes into the next without a rest: what is counted in one can be told in another. In the end they double. */
const WIDTHS: readonly number[] = [
  ...[S, 5 * S, 10 * S, 30 * S, MIN, 5 * MIN, 10 * MIN, 30 * MIN],
  ...[HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 28 * DAY],
];
/** Of a bucket, while it is counted. */
interface Counted {
  events: number;
  failed: number;
  waiting: number;
}

/** Counts in buckets that grow wider when there are too many. */
export class Counting {
  width: number;
  readonly #most: number;
  /** By their beginnings, divided by the width. */
  #buckets = new Map<number, Counted>();

  constructor(width: number, most: number) {
    this.width = width;
    this.#most = most;
  }

  add(at: number, alarm: Alarm | undefined, events: number): void {
    const bucket = this.#bucket(Math.floor(at / this.width));
    bucket.events += events;
    if (alarm === 'bad') bucket.failed += events;
    if (alarm === 'wait') bucket.waiting += events;
    while (this.#buckets.size > this.#most) this.#widen(nextWidth(this.width));
  }

  told({ since: asked }: Filter, end: number, most: number): Told {
    const slots = [...this.#buckets.keys()];
    const first = slots.reduce((least, slot) => Math.min(least, slot), Number.POSITIVE_INFINITY);
    const last = slots.reduce((greatest, slot) => Math.max(greatest, slot), Number.NEGATIVE_INFINITY);
    const from = asked ?? (slots.length > 0 ? first * this.width : end);
    // Clocks of others may be ahead.
    const until = Math.max(end, from, slots.length > 0 ? last * this.width + 1 : end);
    const width = widthFor(from, until, most);
    if (width > this.width) this.#widen(width);
    const buckets = [...this.#buckets]
      .sort(([left], [right]) => left - right)
      .map(([slot, bucket]) => ({ at: slot * this.width, ...bucket }));
    return { since: asked ?? buckets[0]?.at ?? end, until, width: this.width, buckets };
  }

  #widen(width: number): void {
    const before = this.#buckets;
    const times = width / this.width;
    this.#buckets = new Map();
    this.width = width;
    for (const [slot, { events, failed, waiting }] of before) {
      const bucket = this.#bucket(Math.floor(slot / times));
      bucket.events += events;
      bucket.failed += failed;
      bucket.waiting += waiting;
    }
  }

  #bucket(slot: number): Counted {
    const known = this.#buckets.get(slot);
    if (known !== undefined) return known;
    const bucket = { events: 0, failed: 0, waiting: 0 };
    this.#buckets.set(slot, bucket);
    return bucket;
  }
}

const nextWidth = (width: number): number => WIDTHS.find(one => one > width) ?? width * 2;

/** The least width with which a time takes no more than so many buckets. */
export function widthFor(since: number, until: number, most: number): number {
  let width = S;
  while (Math.floor((until - 1) / width) - Math.floor(since / width) + 1 > most) width = nextWidth(width);
  return width;
}
