// The store behind `--no-store`: as many records as fit in memory, a new epoch at every start.
import type { LogRecord } from './record.ts';
import { Ring, type RingOptions } from './ring.ts';
import type { ReadLimit, Store } from './store.ts';

export class MemoryStore implements Store {
  readonly epoch: string;
  readonly #ring: Ring;

  /** @param head where the numbering goes on, for a log that fell back to memory. */
  constructor(epoch: string, options: RingOptions, head = 0) {
    this.epoch = epoch;
    this.#ring = new Ring(options, head);
  }

  get head(): number {
    return this.#ring.head;
  }

  get oldest(): number {
    return this.#ring.oldest;
  }

  append(records: readonly LogRecord[]): void {
    for (const [index, record] of records.entries()) {
      if (record.seq !== this.head + 1 + index) {
        throw new RangeError(`memory store: seq ${record.seq} does not follow ${this.head + index}`);
      }
    }
    for (const record of records) this.#ring.push(record);
  }

  read(after: number, limit: ReadLimit): LogRecord[] {
    return this.#ring.read(after, limit);
  }

  readBack(before: number, limit: ReadLimit): LogRecord[] {
    return this.#ring.readBack(before, limit);
  }

  saveCheckpoint(): void {}

  loadCheckpoint(): undefined {
    return undefined;
  }

  /** The ring bounds itself. */
  prune(): number {
    return 0;
  }

  close(): void {}
}
