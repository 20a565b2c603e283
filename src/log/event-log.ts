// The log: numbers events, commits them to the store, and answers reads from the ring where it can.
import type { EventDraft } from '../protocol/index.ts';
import { type LogRecord, toRecord } from './record.ts';
import { Ring, type RingOptions } from './ring.ts';
import type { ReadLimit, Store } from './store.ts';

/** What consumers of the log may do with it. */
export interface LogReader {
  readonly epoch: string;
  readonly head: number;
  readonly oldest: number;
  read(after: number, limit: ReadLimit): LogRecord[];
  readBack(before: number, limit: ReadLimit): LogRecord[];
}

export class EventLog implements LogReader {
  readonly #store: Store;
  readonly #ring: Ring;

  constructor(store: Store, ring: RingOptions) {
    this.#store = store;
    this.#ring = new Ring(ring, store.head);
  }

  get epoch(): string {
    return this.#store.epoch;
  }

  get head(): number {
    return this.#store.head;
  }

  get oldest(): number {
    return this.#store.oldest;
  }

  /** Commits the events as one transaction and returns them numbered. Nobody can read them before it returns. */
  append(drafts: readonly EventDraft[]): LogRecord[] {
    const first = this.head + 1;
    const records = drafts.map((draft, index) => toRecord(draft, first + index));
    this.#store.append(records);
    for (const record of records) this.#ring.push(record);
    return records;
  }

  read(after: number, limit: ReadLimit): LogRecord[] {
    return after + 1 >= this.#ring.oldest ? this.#ring.read(after, limit) : this.#store.read(after, limit);
  }

  readBack(before: number, limit: ReadLimit): LogRecord[] {
    return this.#store.readBack(before, limit);
  }

  close(): void {
    this.#store.close();
  }
}
