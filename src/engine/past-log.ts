// The log of sessions that were over before hookline was there: beside the log of what happens, in a file and a numbering of its own.
import fs from 'node:fs';
import path from 'node:path';
import {
  type LogReader,
  type Opened,
  openStore,
  ownTurn,
  type Store,
  toDraft,
  toRecord,
} from '../log/index.ts';
import type { EventDraft } from '../protocol/index.ts';
import type { Projection } from '../state/index.ts';

export interface PastLogOptions {
  /** The state directory; undefined where nothing is kept. */
  readonly home: string | undefined;
  readonly projection: Projection;
  /** Told, for people, what became of a file that was damaged. */
  readonly warn: (what: string) => void;
  readonly now: () => number;
}

export const PAST_FILE = 'history.db';
const PAGE = { events: 500, bytes: 1024 * 1024 };

/** There is nowhere to keep what is taken in; the message says why. */
export class NoPastLogError extends Error {
  readonly code = 'no_store';
  override readonly name = 'NoPastLogError';
}

/**
 * Nobody is sent what is in it: streams, their positions and the seqs they count by know nothing of it, and neither does the
 * retention of the log. It is read by those who look for something, and what was used counts with all the rest.
 */
export class PastLog {
  readonly #options: PastLogOptions;
  #store: Store | undefined;
  #problem: string | undefined;

  /** The file is made when something is to be kept in it. */
  constructor(options: PastLogOptions) {
    this.#options = options;
    const { home } = options;
    if (home !== undefined && fs.existsSync(path.join(home, PAST_FILE))) this.#open(home);
    else options.projection.pastBeginsAnew();
  }

  /** Undefined as long as there is none. */
  get log(): LogReader | undefined {
    return this.#store;
  }

  /** Counts what is in it and was not counted yet: the daemon was killed, or its summary of the state could not be used. */
  async catchUp(): Promise<void> {
    const { projection } = this.#options;
    for (;;) {
      const records = this.#store?.read(projection.pastCountsUpTo, PAGE) ?? [];
      if (records.length === 0) return;
      for (const record of records) projection.applyPast(toDraft(record), record.seq);
      await ownTurn();
    }
  }

  /**
   * Keeps events for good, and counts them.
   *
   * @throws NoPastLogError; the store's error: nothing of them was kept then
   */
  append(events: readonly EventDraft[]): void {
    const store = this.#writable();
    const first = store.head + 1;
    const records = events.map((event, index) => toRecord(event, first + index));
    store.check();
    store.append(records);
    for (const [index, event] of events.entries()) this.#options.projection.applyPast(event, first + index);
  }

  /** @throws NoPastLogError */
  makeSure(): void {
    this.#writable();
  }

  close(): void {
    this.#store?.close();
    this.#store = undefined;
  }

  #writable(): Store {
    const { home } = this.#options;
    if (home === undefined)
      throw new NoPastLogError('events are kept in memory only (--no-store): there is nowhere to keep them');
    const store = this.#store ?? this.#open(home);
    if (store) return store;
    throw new NoPastLogError(this.#problem ?? `${path.join(home, PAST_FILE)} cannot be used`);
  }

  #open(home: string): Store | undefined {
    const { now, projection, warn } = this.#options;
    const { store, problem }: Opened = openStore(home, now, {
      name: PAST_FILE,
      without: 'sessions from before hookline cannot be looked at, and none is taken in',
    });
    this.#store = store;
    this.#problem = problem;
    if (problem !== undefined) warn(problem);
    if (store?.head === 0) projection.pastBeginsAnew();
    return store;
  }
}
