// The summaries of the past that a store keeps, each in parts: written one after the other, and taken away as slowly.

import { type Kept, spaced } from '../checkpoint-retention.ts';
import type { Checkpoint } from '../store.ts';
import type { Database, Statement } from './driver.ts';

/** What they may take up in all, in bytes, and as a part of what the store may. */
const MOST_BYTES = 64 * 1024 * 1024;
const SHARE = 1 / 16;

/** Characters of a part. */
const PART = 128 * 1024;
/** Parts of what was dropped that go with each new one: the room is used again, and nobody waits for all of it. */
const SWEPT = 4;

/** A summary, and the ids of its parts: all from the first to the last. */
interface Entry extends Kept {
  readonly first: number;
  readonly last: number;
}

/** One that is being written. */
export interface Draft {
  readonly first: number;
  next: number;
  bytes: number;
}

/** What is in the tables; looked up once, for they may hold a lot. */
interface Held {
  /** Ascending by seq. */
  entries: readonly Entry[];
  /** Parts that belong to none of them, nor to a draft. */
  orphans: number[];
  /** The id of the next part. */
  next: number;
}

/** All of it is part of the transaction that is open, if one is; when that fails, `forget` MUST be called. */
export class CheckpointShelf {
  readonly #entries: Statement;
  readonly #partIds: Statement;
  readonly #parts: Statement;
  readonly #add: Statement;
  readonly #put: Statement;
  readonly #drop: Statement;
  readonly #dropPart: Statement;
  readonly #database: Database;
  #bytes = MOST_BYTES;
  #known: Held | undefined;
  #draft: Draft | undefined;

  constructor(database: Database) {
    this.#database = database;
    this.#entries = database.prepare('SELECT seq, bytes, first, last FROM checkpoints ORDER BY seq');
    this.#partIds = database.prepare('SELECT id FROM checkpoint_parts ORDER BY id');
    this.#parts = database.prepare('SELECT text FROM checkpoint_parts WHERE id BETWEEN ? AND ? ORDER BY id');
    this.#add = database.prepare('INSERT INTO checkpoint_parts (id, text) VALUES (?, ?)');
    this.#put = database.prepare('INSERT INTO checkpoints (seq, bytes, first, last) VALUES (?, ?, ?, ?)');
    this.#drop = database.prepare('DELETE FROM checkpoints WHERE seq = ?');
    this.#dropPart = database.prepare('DELETE FROM checkpoint_parts WHERE id = ?');
  }

  /** Ascending. */
  seqs(): number[] {
    return this.#held.entries.map(({ seq }) => seq);
  }

  /** Begins one. There is one draft at a time: whatever was begun before and not finished is dropped. */
  begin(): Draft {
    const held = this.#held;
    const { first, next } = this.#draft ?? { first: 0, next: 0 };
    for (let id = first; id < next; id++) held.orphans.push(id);
    this.#draft = { first: held.next, next: held.next, bytes: 0 };
    return this.#draft;
  }

  /** Adds to a draft. @throws Error when another one was begun since */
  add(draft: Draft, text: string): void {
    if (draft !== this.#draft) throw new Error('another checkpoint was begun');
    for (const part of parts(text)) {
      this.#add.run(draft.next++, part);
      this.#held.next = draft.next;
      this.#sweep();
    }
    draft.bytes += text.length;
  }

  /** Keeps a draft as the summary up to `seq`, and of those before as many as are worth it. @throws as `add` does */
  put(draft: Draft, seq: number, oldest: number): void {
    if (draft !== this.#draft) throw new Error('another checkpoint was begun');
    this.#draft = undefined;
    this.#remove(this.#held.entries.filter(one => one.seq >= seq));
    const entry = { seq, bytes: draft.bytes, first: draft.first, last: draft.next - 1 };
    this.#put.run(seq, entry.bytes, entry.first, entry.last);
    this.#held.entries = [...this.#held.entries, entry];
    this.#remove(this.#surplus(oldest));
  }

  /** The newest one that goes no further than `upTo`. */
  newest(upTo: number): Checkpoint | undefined {
    const one = this.#held.entries.findLast(({ seq }) => seq <= upTo);
    if (!one) return undefined;
    const texts = this.#parts.rows(one.first, one.last).map(([text]) => String(text));
    return texts.length === one.last - one.first + 1 ? { seq: one.seq, text: texts.join('') } : undefined;
  }

  /** The store may take up so much in all, and its events begin here: is there something that is too much, or leads nowhere? */
  exceeds(bytes: number, oldest: number): boolean {
    this.#bytes = Math.min(MOST_BYTES, bytes * SHARE);
    return this.#held.orphans.length > 0 || this.#surplus(oldest).length > 0;
  }

  /** Drops that. The room is free a few parts at a time, with this call and those that follow. */
  thin(oldest: number): void {
    this.#remove(this.#surplus(oldest));
    this.#sweep();
  }

  /** Drops all of them, at once. */
  clear(): void {
    this.#database.exec('DELETE FROM checkpoints; DELETE FROM checkpoint_parts');
    this.#draft = undefined;
    this.forget();
  }

  /** What was done last is not in the tables. */
  forget(): void {
    this.#known = undefined;
  }

  get #held(): Held {
    this.#known ??= this.#look();
    return this.#known;
  }

  #look(): Held {
    const entries = this.#entries.rows().map(row => {
      const [seq = 0, bytes = 0, first = 0, last = 0] = row.map(Number);
      return { seq, bytes, first, last };
    });
    const ids = this.#partIds.rows().map(([id]) => Number(id));
    const { first = 0, next = 0 } = this.#draft ?? {};
    const isHeld = (id: number): boolean =>
      (id >= first && id < next) || entries.some(one => id >= one.first && id <= one.last);
    return { entries, orphans: ids.filter(id => !isHeld(id)), next: Math.max(ids.at(-1) ?? 0, next - 1) + 1 };
  }

  #surplus(oldest: number): Entry[] {
    const { entries } = this.#held;
    const stay = new Set<Kept>(spaced(entries, this.#bytes, oldest));
    return entries.filter(one => !stay.has(one));
  }

  #remove(gone: readonly Entry[]): void {
    const held = this.#held;
    for (const { seq, first, last } of gone) {
      this.#drop.run(seq);
      for (let id = first; id <= last; id++) held.orphans.push(id);
    }
    if (gone.length > 0) held.entries = held.entries.filter(one => !gone.includes(one));
  }

  #sweep(): void {
    for (const id of this.#held.orphans.splice(0, SWEPT)) this.#dropPart.run(id);
  }
}

/** Never between the two halves of a character. */
function* parts(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const halves = /[\uD800-\uDBFF]/.test(text.charAt(from + PART - 1));
    const to = from + PART - (halves ? 1 : 0);
    yield text.slice(from, to);
    from = to;
  }
}
