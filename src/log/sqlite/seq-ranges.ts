// A set of seqs as the few ranges it is made of.

/** First and last seq, both in it. */
type Span = readonly [number, number];

export class SeqRanges {
  /** Ascending, apart from each other. */
  #spans: Span[] = [];

  /** @param text what `toString` gave; anything else is an empty set. */
  static parse(text: string | undefined): SeqRanges {
    const ranges = new SeqRanges();
    for (const part of text?.split(',') ?? []) {
      const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
      if (first !== undefined) ranges.#push([Number(first), Number(last)]);
    }
    return ranges;
  }

  has(seq: number): boolean {
    let low = 0;
    let high = this.#spans.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const [first, last] = this.#spans[middle] ?? [0, 0];
      if (seq < first) high = middle - 1;
      else if (seq > last) low = middle + 1;
      else return true;
    }
    return false;
  }

  /** @param seq MUST be greater than all that are in the set. */
  push(seq: number): void {
    this.#push([seq, seq]);
  }

  union(other: SeqRanges): SeqRanges {
    const both = new SeqRanges();
    for (const span of [...this.#spans, ...other.#spans].sort((a, b) => a[0] - b[0])) both.#push(span);
    return both;
  }

  /** `1-900,905`. */
  toString(): string {
    return this.#spans
      .map(([first, last]) => (first === last ? String(first) : `${first}-${last}`))
      .join(',');
  }

  #push([first, last]: Span): void {
    const newest = this.#spans.at(-1);
    if (newest && first <= newest[1] + 1)
      this.#spans[this.#spans.length - 1] = [newest[0], Math.max(newest[1], last)];
    else this.#spans.push([first, last]);
  }
}
