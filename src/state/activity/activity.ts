// What was done over time, by project: rows in the store, and here what is not among them yet.
import { type ActivityRow, type ActivityShelf, ownTurn } from '../../log/index.ts';
import type { EventDraft } from '../../protocol/index.ts';
import { QUARTER_MS, type Range } from '../usage/days.ts';
import { countsFor, type Kind, sumOf, Tally } from './tally.ts';

/** Quarters whose rows are read at a time: a day of them. */
const LOT = 96;
/** How often it is begun anew when rows are added meanwhile, before it is done in one go. */
const TRIES = 3;
/** Before any quarter there is. */
const OLDEST = Number.MIN_SAFE_INTEGER;

/** What is to be counted together. */
interface Counted extends Omit<ActivityRow, 'kind' | 'counted'> {
  readonly kind: Kind;
  readonly tally: Tally;
}

/** What was done, for whoever asks, and for whoever keeps it. */
export type Done = Pick<Activity, 'look' | 'oldest' | 'save' | 'forget' | 'pastCountsUpTo'>;

export class Activity {
  /** By quarter, project, kind and name. */
  #added = new Map<string, Counted>();
  /** Up to which seq of the past it counts, rows and all. */
  #pastUpTo = 0;
  /** How often rows were added to the store. */
  #saves = 0;

  /** Takes an event into account. It MUST be one of which no row counts. */
  count(event: EventDraft, project: string): void {
    const counts = countsFor(event);
    if (!counts) return;
    const quarter = Math.floor(event.timestamp / QUARTER_MS);
    const key = JSON.stringify([quarter, project, counts.kind, counts.name]);
    const one = this.#added.get(key) ?? { quarter, project, ...counts, tally: new Tally() };
    one.tally.note(event);
    this.#added.set(key, one);
  }

  /** The same of the log of sessions that were over before anybody told of them; one that counts already changes nothing. */
  countPast(event: EventDraft, project: string, seq: number): void {
    if (seq <= this.#pastUpTo) return;
    this.#pastUpTo = seq;
    this.count(event, project);
  }

  get pastUpTo(): number {
    return this.#pastUpTo;
  }

  /** Goes on from rows that count up to there; 0 when that log begins anew. */
  pastCountsUpTo(seq: number): void {
    this.#pastUpTo = seq;
  }

  /** Keeps what was added. @param seq up to which the log counts @throws the store's error; nothing was kept then */
  save(shelf: ActivityShelf, seq: number): void {
    const rows = [...this.#added.values()].map(({ tally, ...row }) => ({ ...row, counted: tally.save() }));
    shelf.add(rows, sumOf, { seq, past: this.#pastUpTo });
    this.#added = new Map();
    this.#saves++;
  }

  /**
   * Looks at every row that has a part of a range, those that are not kept yet included; others have their turns in between.
   *
   * @param begin gives what they are told to, from the beginning
   */
  async look<T extends { add(row: ActivityRow): void }>(
    shelf: ActivityShelf,
    { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY }: Range,
    begin: () => T,
  ): Promise<T> {
    const from = Math.max(OLDEST, Math.floor(since / QUARTER_MS));
    const end = Math.ceil(until / QUARTER_MS);
    for (let tries = 1; ; tries++) {
      const told = begin();
      const saves = this.#saves;
      let lot = shelf.next(from);
      while (lot !== undefined && lot < end && saves === this.#saves) {
        for (const row of shelf.read(lot, Math.min(lot + LOT, end))) told.add(row);
        if (tries < TRIES) await ownTurn();
        lot = shelf.next(lot + LOT);
      }
      // What is kept now may have been told twice, or not at all.
      if (saves !== this.#saves) continue;
      for (const { tally, ...row } of this.#added.values())
        if (row.quarter >= from && row.quarter < end) told.add({ ...row, counted: tally.save() });
      return told;
    }
  }

  /** Deletes the rows of what was done before a moment, in milliseconds since 1970. @throws the store's error */
  forget(shelf: ActivityShelf, before: number): void {
    shelf.forget(Math.floor(before / QUARTER_MS));
  }

  /** When the oldest quarter began of which anything is known, in milliseconds since 1970. */
  oldest(shelf: ActivityShelf): number | undefined {
    const first = shelf.next(OLDEST) ?? Number.POSITIVE_INFINITY;
    const quarter = [...this.#added.values()].reduce((least, one) => Math.min(least, one.quarter), first);
    return Number.isFinite(quarter) ? quarter * QUARTER_MS : undefined;
  }
}
