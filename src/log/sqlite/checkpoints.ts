// The summaries of the past that a store keeps, among its facts.

import { type Kept, spaced } from '../spacing.ts';
import type { Checkpoint } from '../store.ts';
import type { Database, Statement } from './driver.ts';

/** What they may take up in all, in bytes, and as a part of what the store may. */
const MOST_BYTES = 64 * 1024 * 1024;
const SHARE = 1 / 16;

/** `checkpoint <seq> <bytes>`. */
const KEY = /^checkpoint (\d+) (\d+)$/;
/** What an older hookline left: the newest only, with its seq in front of the text. */
const LEGACY = 'checkpoint';

/** All of it is part of the transaction that is open, if one is. */
export class CheckpointShelf {
  readonly #keys: Statement;
  readonly #get: Statement;
  readonly #put: Statement;
  readonly #drop: Statement;
  #bytes = MOST_BYTES;

  constructor(database: Database) {
    this.#keys = database.prepare("SELECT key FROM meta WHERE key >= 'checkpoint ' AND key < 'checkpoint!'");
    this.#get = database.prepare('SELECT value FROM meta WHERE key = ?');
    this.#put = database.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
    this.#drop = database.prepare('DELETE FROM meta WHERE key = ?');
  }

  /** Ascending. */
  seqs(): number[] {
    return this.#kept().map(({ seq }) => seq);
  }

  /** Keeps one more, and of those before as many as are worth it. */
  put(seq: number, text: string, oldest: number): void {
    for (const one of this.#kept()) if (one.seq >= seq) this.#drop.run(keyOf(one));
    const one = { seq, bytes: text.length };
    this.#put.run(keyOf(one), text);
    this.#drop.run(LEGACY);
    this.thin(oldest);
  }

  /** The newest one that goes no further than `upTo`. */
  newest(upTo: number): Checkpoint | undefined {
    const one = this.#kept().findLast(({ seq }) => seq <= upTo);
    const text = one && this.#text(keyOf(one));
    if (one && text !== undefined) return { seq: one.seq, text };
    const [, seq, legacy] = /^(\d+) (.*)$/s.exec(this.#text(LEGACY) ?? '') ?? [];
    return seq === undefined || legacy === undefined || Number(seq) > upTo
      ? undefined
      : { seq: Number(seq), text: legacy };
  }

  /** The store may take up so much in all, and its events begin here: is there something that is too much, or leads nowhere? */
  exceeds(bytes: number, oldest: number): boolean {
    this.#bytes = Math.min(MOST_BYTES, bytes * SHARE);
    return this.#surplus(oldest).length > 0;
  }

  /** Drops that. */
  thin(oldest: number): void {
    for (const one of this.#surplus(oldest)) this.#drop.run(keyOf(one));
  }

  clear(): void {
    for (const one of this.#kept()) this.#drop.run(keyOf(one));
    this.#drop.run(LEGACY);
  }

  #surplus(oldest: number): Kept[] {
    const kept = this.#kept();
    const stay = new Set(spaced(kept, this.#bytes, oldest));
    return kept.filter(one => !stay.has(one));
  }

  #kept(): Kept[] {
    return this.#keys
      .rows()
      .flatMap(([key]) => {
        const [, seq, bytes] = KEY.exec(String(key)) ?? [];
        return seq === undefined ? [] : [{ seq: Number(seq), bytes: Number(bytes) }];
      })
      .sort((a, b) => a.seq - b.seq);
  }

  #text(key: string): string | undefined {
    const value = this.#get.rows(key)[0]?.[0];
    return typeof value === 'string' ? value : undefined;
  }
}

function keyOf({ seq, bytes }: Kept): string {
  return `checkpoint ${seq} ${bytes}`;
}
