// The log: numbers events, commits them to the store, and answers reads from the ring where it can.
import { randomUUID } from 'node:crypto';
import type { EventDraft } from '../protocol/index.ts';
import type { ActivityShelf } from './activity-row.ts';
import type { Filter, WordlessFilter } from './filter.ts';
import { MemoryStore } from './memory/store.ts';
import type { MessageShelf, MessageWrite } from './message-row.ts';
import { type LogRecord, toRecord } from './record.ts';
import { Ring, type RingOptions } from './ring.ts';
import type { Range, Scan, ScanLimit, Tally, TimeTally } from './scan.ts';
import type { Checkpoint, CheckpointDraft, PruneLimits, ReadLimit, Space, Store } from './store.ts';
import type { UsageShelf } from './usage-row.ts';

/** What consumers of the log may do with it. */
export interface LogReader {
  readonly epoch: string;
  readonly head: number;
  readonly oldest: number;
  read(after: number, limit: ReadLimit): LogRecord[];
  scan(range: Range, filter: Filter, limit: ScanLimit): Scan;
  sessionIds(prefix: string, most: number): string[];
  tally(range: Range, look: number): Tally;
  tallyByTime(range: Range, filter: WordlessFilter, width: number, look: number): TimeTally;
  space(): Space | undefined;
}

export interface EventLogOptions {
  readonly ring: RingOptions;
  /** Told, for people, that the store failed and the log goes on in memory, under another epoch. */
  readonly failed?: (problem: string) => void;
}

/** Everything the ring holds; it is bounded already. */
const ALL = { events: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

/**
 * A store that fails once, in whatever it was asked to do, is not asked again: the log goes on in memory, numbering on
 * under an epoch of its own. What the ring holds can be read on; what cannot be read is never passed over as if it
 * were not there.
 */
export class EventLog implements LogReader {
  /** See `Store.messages`; each of its functions throws as `scan` does. */
  readonly messages: MessageShelf = {
    list: query => this.#searching(store => store.messages.list(query)),
    open: () => this.#searching(store => store.messages.open()),
    find: id => this.#searching(store => store.messages.find(id)),
    withKey: (sender, key) => this.#searching(store => store.messages.withKey(sender, key)),
    content: id => this.#searching(store => store.messages.content(id)),
    forget: (endedBefore, most) => this.#guarded(store => store.messages.forget(endedBefore, most)),
    remove: ids => this.#guarded(store => store.messages.remove(ids)),
  };
  /** See `Store.usage`; what fails is left to the next commit, which finds out whether the store is broken. */
  get usage(): UsageShelf {
    return this.#store.usage;
  }

  /** See `Store.activity`; what fails is left to the next commit, as with what was used. */
  get activity(): ActivityShelf {
    return this.#store.activity;
  }

  readonly #options: EventLogOptions;
  readonly #ring: Ring;
  #store: Store;
  /** Whoever is still at work finds no store any more, which is no failure of it. */
  #closed = false;

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

  /**
   * Commits the events, and what changed of messages, as one transaction and returns the events numbered. Nobody can read them before
   * it returns.
   */
  append(drafts: readonly EventDraft[], messages?: readonly MessageWrite[]): LogRecord[] {
    const first = this.head + 1;
    const records = drafts.map((draft, index) => toRecord(draft, first + index));
    try {
      this.#store.append(records, messages);
    } catch (error) {
      this.fail(error);
      this.#store.append(records, messages);
    }
    for (const record of records) this.#ring.push(record);
    return records;
  }

  /** @throws the store's error; the log has begun another epoch then. */
  read(after: number, limit: ReadLimit): LogRecord[] {
    return after + 1 >= this.#ring.oldest
      ? this.#ring.read(after, limit)
      : this.#guarded(store => store.read(after, limit));
  }

  /** @throws the store's error; the log has begun another epoch then, unless it was the search that could not be done. */
  scan(range: Range, filter: Filter, limit: ScanLimit): Scan {
    return this.#searching(store => store.scan(range, filter, limit));
  }

  /** See `Store.sessionIds`; throws as `scan` does. */
  sessionIds(prefix: string, most: number): string[] {
    return this.#searching(store => store.sessionIds(prefix, most));
  }

  /** See `Store.hasHad`; throws as `scan` does. */
  hasHad(sessionId: string): boolean {
    return this.#searching(store => store.hasHad(sessionId));
  }

  /** See `Store.tally`; throws as `scan` does. */
  tally(range: Range, look: number): Tally {
    return this.#searching(store => store.tally(range, look));
  }

  /** See `Store.tallyByTime`; throws as `scan` does. */
  tallyByTime(range: Range, filter: WordlessFilter, width: number, look: number): TimeTally {
    return this.#searching(store => store.tallyByTime(range, filter, width, look));
  }

  /** See `Store.space`; throws as `scan` does. */
  space(): Space | undefined {
    return this.#searching(store => store.space());
  }

  /** See `Store.compact`. @throws the store's error; the log has begun another epoch then. */
  compact(): boolean {
    return !this.#closed && this.#guarded(store => store.compact());
  }

  /** Deletes the oldest events as `Store.prune` does. @throws the store's error; the log has begun another epoch then. */
  prune(limits: PruneLimits): number {
    return this.#guarded(store => store.prune(limits));
  }

  /** See `Store.loadCheckpoint`. @throws the store's error; the log has begun another epoch then. */
  loadCheckpoint(upTo?: number): Checkpoint | undefined {
    return this.#guarded(store => store.loadCheckpoint(upTo));
  }

  /** See `Store.checkpoints`. @throws the store's error; the log has begun another epoch then. */
  checkpoints(): readonly number[] {
    return this.#guarded(store => store.checkpoints());
  }

  /** See `Store.dropCheckpoints`. @throws the store's error; the log has begun another epoch then. */
  dropCheckpoints(): void {
    this.#guarded(store => store.dropCheckpoints());
  }

  /** See `Store.saveCheckpoint`. @throws the store's error; the next commit finds out whether it is really broken. */
  saveCheckpoint(text: string): void {
    this.#store.saveCheckpoint(text);
  }

  /** See `Store.beginCheckpoint`. @throws as `saveCheckpoint` does, and so does the draft */
  beginCheckpoint(): CheckpointDraft {
    return this.#store.beginCheckpoint();
  }

  /** Finds out whether the store is as it should be, though nobody asks it for anything; never throws. */
  check(): void {
    if (this.#closed) return;
    try {
      this.#store.check();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Gives the store up, for something that was found out about what it holds. */
  fail(error: unknown): void {
    if (this.#closed) return;
    const { ring, failed } = this.#options;
    const kept = this.#ring.read(0, ALL);
    const memory = new MemoryStore(randomUUID(), ring, this.head, kept);
    const problem = this.#store.abandon(error);
    this.#store = memory;
    failed?.(problem);
  }

  close(): void {
    this.check();
    this.#closed = true;
    this.#store.close();
  }

  #searching<T>(work: (store: Store) => T): T {
    try {
      return work(this.#store);
    } catch (error) {
      this.check();
      throw error;
    }
  }

  #guarded<T>(work: (store: Store) => T): T {
    try {
      return work(this.#store);
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }
}
