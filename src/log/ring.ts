// The newest records in memory: bounded by count and bytes, indexed by seq.
import type { LogRecord } from './record.ts';
import { recordSize } from './record.ts';
import type { ReadLimit } from './store.ts';

export interface RingOptions {
  /** Most records held. */
  readonly events: number;
  /** Most bytes held, roughly; at least the newest record always stays. */
  readonly bytes: number;
}

/** A circular buffer of consecutive records. */
export class Ring {
  readonly #slots: (LogRecord | undefined)[];
  readonly #maxBytes: number;
  #bytes = 0;
  #head: number;
  #oldest: number;

  /** @param head the seq before the first record that will be pushed. */
  constructor(options: RingOptions, head = 0) {
    this.#slots = new Array<LogRecord | undefined>(Math.max(1, options.events));
    this.#maxBytes = options.bytes;
    this.#head = head;
    this.#oldest = head + 1;
  }

  get head(): number {
    return this.#head;
  }

  get oldest(): number {
    return this.#oldest;
  }

  /** What its records take up, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  push(record: LogRecord): void {
    if (record.seq !== this.#head + 1)
      throw new RangeError(`ring: seq ${record.seq} does not follow ${this.#head}`);
    if (record.seq - this.#oldest >= this.#slots.length) this.drop();
    this.#slots[record.seq % this.#slots.length] = record;
    this.#head = record.seq;
    this.#bytes += recordSize(record);
    while (this.#bytes > this.#maxBytes && this.#oldest < this.#head) this.drop();
  }

  at(seq: number): LogRecord | undefined {
    return seq < this.#oldest || seq > this.#head ? undefined : this.#slots[seq % this.#slots.length];
  }

  /** Records with `seq > after`, ascending. The caller MUST check that `after + 1 >= oldest`. */
  read(after: number, limit: ReadLimit): LogRecord[] {
    const found: LogRecord[] = [];
    let bytes = 0;
    for (let seq = Math.max(after + 1, this.#oldest); ; seq++) {
      const record = this.at(seq);
      if (!record) return found;
      bytes += recordSize(record);
      if (found.length >= limit.events || (bytes > limit.bytes && found.length > 0)) return found;
      found.push(record);
    }
  }

  /** Forgets the oldest record. There MUST be one. */
  drop(): void {
    const slot = this.#oldest % this.#slots.length;
    const record = this.#slots[slot];
    if (record) this.#bytes -= recordSize(record);
    this.#slots[slot] = undefined;
    this.#oldest++;
  }
}
