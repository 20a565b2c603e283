// The log: numbers events, commits them to the store, and answers reads from the ring where it can.
import type { EventDraft } from '../protocol/index.ts';
import type { Filter } from './filter.ts';
import { type LogRecord, toRecord } from './record.ts';
import { Ring, type RingOptions } from './ring.ts';
import type { Range, Scan, ScanLimit } from './scan.ts';
import type { ReadLimit, Store } from './store.ts';

/** What consumers of the log may do with it. */
export interface LogReader {
  readonly epoch: string;
  readonly head: number;
  readonly oldest: number;
  read(after: number, limit: ReadLimit): LogRecord[];
  scan(range: Range, filter: Filter, limit: ScanLimit): Scan;
}

export interface EventLogOptions {
  readonly ring: RingOptions;
  /**
   * Called when the store fails: gives the store to go on with, numbering from `head` under an epoch of its own.
   * Without it the failure is thrown to whoever appended.
   */
  readonly fallback?: (error: unknown, head: number) => Store;
}

export class EventLog implements LogReader {
  readonly #options: EventLogOptions;
  readonly #ring: Ring;
  #store: Store;

  constructor(store: Store, options: EventLogOptions) {
    this.#options = options;
    this.#store = store;
    this.#ring = new Ring(options.ring, store.head);
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

  get store(): Store {
    return this.#store;
  }

  /** Commits the events as one transaction and returns them numbered. Nobody can read them before it returns. */
  append(drafts: readonly EventDraft[]): LogRecord[] {
    const first = this.head + 1;
    const records = drafts.map((draft, index) => toRecord(draft, first + index));
    this.#commit(records);
    for (const record of records) this.#ring.push(record);
    return records;
  }

  read(after: number, limit: ReadLimit): LogRecord[] {
    return after + 1 >= this.#ring.oldest
      ? this.#ring.read(after, limit)
      : this.#reading(store => store.read(after, limit), []);
  }

  scan(range: Range, filter: Filter, limit: ScanLimit): Scan {
    return this.#reading(store => store.scan(range, filter, limit), { records: [], rest: undefined });
  }

  close(): void {
    this.#store.close();
  }

  #commit(records: readonly LogRecord[]): void {
    try {
      this.#store.append(records);
    } catch (error) {
      this.#fallBack(error);
      this.#store.append(records);
    }
  }

  // A store that cannot be read cannot keep the promise that nothing is skipped; going on as if would be a lie.
  #reading<T>(read: (store: Store) => T, nothing: T): T {
    try {
      return read(this.#store);
    } catch (error) {
      this.#fallBack(error);
      return nothing;
    }
  }

  /** Goes on with another store; without one the error is thrown on. */
  #fallBack(error: unknown): void {
    if (!this.#options.fallback) throw error;
    const broken = this.#store;
    this.#store = this.#options.fallback(error, this.head);
    try {
      broken.close();
    } catch {
      // It is broken; what it holds is safe on the disk or lost already.
    }
  }
}
