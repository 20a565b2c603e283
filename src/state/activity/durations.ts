// How long things took, of any number of them in little room: the fastest and the slowest as they were, the median nearly.

/** Durations of one bucket differ by 5 % at most, so that the median is wrong by half of that. */
const GROWTH = Math.log(1.05);
/** Longer ones count as this, in milliseconds: some 30 years. */
const LONGEST = 1e12;

/** The fastest and the slowest in milliseconds, and how many there are in each bucket. */
export type SavedDurations = readonly [
  fastest: number,
  slowest: number,
  buckets: readonly (readonly [bucket: number, count: number])[],
];

export class Durations {
  /** Milliseconds; those of nothing are not to be asked for. */
  fastest: number = Number.POSITIVE_INFINITY;
  slowest = 0;
  count = 0;
  readonly #buckets = new Map<number, number>();

  /** @param ms milliseconds; what is no duration is left out */
  add(ms: unknown): void {
    if (typeof ms !== 'number' || !(ms >= 0)) return;
    this.#put(bucketOf(ms), 1, Math.min(ms, LONGEST), Math.min(ms, LONGEST));
  }

  addAll([fastest, slowest, buckets]: SavedDurations): void {
    for (const [bucket, count] of buckets) this.#put(bucket, count, fastest, slowest);
  }

  /** Of an even number of them the lower one of the two in the middle. */
  get median(): number {
    let left = Math.ceil(this.count / 2);
    for (const [bucket, count] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return Math.min(Math.max(middleOf(bucket), this.fastest), this.slowest);
    }
    return this.slowest;
  }

  save(): SavedDurations {
    return [this.fastest, this.slowest, [...this.#buckets]];
  }

  #put(bucket: number, count: number, fastest: number, slowest: number): void {
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count);
    this.count += count;
    this.fastest = Math.min(this.fastest, fastest);
    this.slowest = Math.max(this.slowest, slowest);
  }
}

/** 0 for what took less than a millisecond. */
function bucketOf(ms: number): number {
  return ms < 1 ? 0 : 1 + Math.floor(Math.log(Math.min(ms, LONGEST)) / GROWTH);
}

function middleOf(bucket: number): number {
  return bucket === 0 ? 0 : Math.exp((bucket - 0.5) * GROWTH);
}
