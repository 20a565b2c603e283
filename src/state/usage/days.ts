// What was used over time, by project and model; told by the days of whichever time zone somebody lives in.
import type { DayUsage, UsageTotals } from '../../protocol/index.ts';
import { isNothing, NOTHING, plus } from './totals.ts';

/** Days begin at a multiple of a quarter of an hour (UTC) in every time zone, so that none cuts one in two. */
const QUARTER_MS = 15 * 60_000;
const A_DAY = 96;
/** How many there can be up to the newest: some 400 days. */
const KEPT = 400 * A_DAY;

/** A project, a model, and what was used of it. */
type Row = readonly [string, string, UsageTotals];

/** Quarters since 1970, with a row for each project and model. */
export type SavedDays = readonly (readonly [number, readonly Row[]])[];

export class Days {
  /** By quarter of an hour since 1970. Rows are replaced, never changed: who saves them need not copy them. */
  readonly #quarters = new Map<number, readonly Row[]>();
  /** Old ones are looked for once a day. */
  #forgetAt = 0;

  add(timestamp: number, project: string, model: string, used: UsageTotals): void {
    const quarter = Math.floor(timestamp / QUARTER_MS);
    const rows = this.#quarters.get(quarter) ?? [];
    const at = rows.findIndex(row => row[0] === project && row[1] === model);
    const row = [project, model, plus(rows[at]?.[2] ?? NOTHING, used)] as const;
    this.#quarters.set(quarter, at < 0 ? [...rows, row] : rows.with(at, row));
    if (quarter >= this.#forgetAt) this.#forget(quarter);
  }

  /** A row for each day of a time zone, project and model with any use, by day. @throws RangeError for no time zone */
  rows(zone: string): DayUsage[] {
    const days = dayIn(zone);
    const sums = new Map<string, DayUsage>();
    for (const [quarter, rows] of this.#quarters) {
      const day = days(quarter * QUARTER_MS);
      for (const [project, model, used] of rows) {
        const key = JSON.stringify([day, project, model]);
        sums.set(key, { day, project, model, ...plus(sums.get(key) ?? NOTHING, used) });
      }
    }
    return [...sums.values()]
      .filter(row => !isNothing(row))
      .sort((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)));
  }

  save(): SavedDays {
    return [...this.#quarters];
  }

  load(saved: SavedDays): void {
    for (const [quarter, rows] of saved) this.#quarters.set(quarter, rows);
  }

  #forget(newest: number): void {
    this.#forgetAt = newest + A_DAY;
    for (const quarter of this.#quarters.keys()) if (quarter <= newest - KEPT) this.#quarters.delete(quarter);
  }
}

/** Tells the day of a moment in a time zone, as `2026-11-20`. */
function dayIn(zone: string): (timestamp: number) => string {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return timestamp => {
    const part = Object.fromEntries(format.formatToParts(timestamp).map(({ type, value }) => [type, value]));
    return `${part['year']}-${part['month']}-${part['day']}`;
  };
}
