// What was used over time, by project and model; told by the days of whichever time zone somebody lives in.

import type { UsageRow } from '../../log/index.ts';
import type { BlockUsage, DayUsage, UsageTotals } from '../../protocol/index.ts';
import { dayIn } from '../calendar.ts';
import { blocksOf, type Span, windowOf } from './blocks.ts';
import type { PriceList } from './price-list.ts';
import { add, type ByModel, estimated, isNothing, minus, NOTHING, plus } from './totals.ts';

/** Days begin at a multiple of a quarter of an hour (UTC) in every time zone, so that none cuts one in two. */
export const QUARTER_MS: number = 15 * 60_000;
const A_DAY = 96;
/** When the quarter of an hour began that a moment is in. */
export const quarterOf = (timestamp: number): number => timestamp - (timestamp % QUARTER_MS);
/** How many there can be up to the newest: some 400 days. */
const KEPT = 400 * A_DAY;

/** A project, a model, what was used of it, and that part of it whose cost nobody has told. */
type Row = readonly [project: string, model: string, used: UsageTotals, open?: UsageTotals];

/** When something was used first and last in a quarter of an hour, in milliseconds since 1970. */
type Times = readonly [first: number, last: number];

/** Quarters since 1970, with a row for each project and model; a hookline that kept no times saved none. */
export type SavedDays = readonly (readonly [number, readonly Row[], Times?])[];

/** From when and until when, in milliseconds since 1970; default: all. */
export interface Range {
  readonly since?: number | undefined;
  /** Not in it itself. */
  readonly until?: number | undefined;
}

export class Days {
  /** By quarter of an hour since 1970. Rows are replaced, never changed: who saves them need not copy them. */
  readonly #quarters = new Map<number, readonly Row[]>();
  readonly #times = new Map<number, Times>();
  /** The window that was asked for last: as long as no quarter is new, none begins at another time. */
  #window: { readonly quarter: number; readonly size: number; readonly span: Span | undefined } | undefined;
  /** Quarters that have changed since their rows were asked for. */
  #changed = new Set<number>();
  /** Old ones are looked for once a day. */
  #forgetAt = 0;

  /** @param open what of it nobody has told the cost of; less than nothing once somebody has */
  add(timestamp: number, project: string, model: string, used: UsageTotals, open = NOTHING): void {
    const quarter = Math.floor(timestamp / QUARTER_MS);
    const rows = this.#quarters.get(quarter) ?? [];
    const at = rows.findIndex(row => row[0] === project && row[1] === model);
    const [, , usedBefore = NOTHING, openBefore = NOTHING] = rows[at] ?? [];
    const stillOpen = plus(openBefore, open);
    const row: Row = [
      project,
      model,
      plus(usedBefore, used),
      ...(isNothing(stillOpen) ? ([] as const) : ([stillOpen] as const)),
    ];
    this.#quarters.set(quarter, at < 0 ? [...rows, row] : rows.with(at, row));
    if (!isNothing({ ...used, costUsd: 0 })) this.#note(quarter, timestamp);
    this.#changed.add(quarter);
    if (quarter >= this.#forgetAt) this.#forget(quarter);
  }

  /** The cost was told of what had been used then. */
  close(timestamp: number, project: string, model: string, used: UsageTotals): void {
    // Days that are forgotten do not come back.
    if (this.#quarters.has(Math.floor(timestamp / QUARTER_MS)))
      this.add(timestamp, project, model, NOTHING, minus(NOTHING, used));
  }

  /**
   * A row for each day of a time zone, project and model with any use, by day; of a range every quarter of an hour that it has a part of.
   *
   * @throws RangeError for no time zone
   */
  rows(zone: string, prices: PriceList, { since, until }: Range = {}): DayUsage[] {
    const days = dayIn(zone);
    const sums = new Map<string, { row: DayUsage; open: ByModel }>();
    for (const [quarter, rows] of this.#quarters) {
      if (since !== undefined && (quarter + 1) * QUARTER_MS <= since) continue;
      if (until !== undefined && quarter * QUARTER_MS >= until) continue;
      const day = days(quarter * QUARTER_MS);
      for (const [project, model, used, open] of rows) {
        const key = JSON.stringify([day, project, model]);
        const sum = sums.get(key);
        sums.set(key, {
          row: { day, project, model, ...plus(sum?.row ?? NOTHING, used) },
          open: add(sum?.open ?? new Map(), model, open ?? NOTHING),
        });
      }
    }
    return [...sums.values()]
      .filter(({ row }) => !isNothing(row))
      .map(({ row, open }) => ({ ...row, ...estimated(prices, row, open) }))
      .sort((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)));
  }

  /** By windows of five hours, the oldest first. */
  blocks(prices: PriceList): BlockUsage[] {
    const quarters = [...this.#quarters].toSorted(([a], [b]) => a - b);
    const stretches = quarters.flatMap(([quarter, rows]) =>
      rows
        .filter(([, , used]) => !isNothing(used))
        .map(([, model, used, open = NOTHING]) => {
          const start = quarter * QUARTER_MS;
          const [from, until] = this.#times.get(quarter) ?? [start, start + QUARTER_MS];
          return { from, until, model, used, open };
        }),
    );
    return blocksOf(stretches, prices);
  }

  /** What was used in a stretch of time that begins and ends with a quarter of an hour, in the folders that fit. */
  within({ startsAt, endsAt }: Span, fits: (project: string) => boolean, prices: PriceList): UsageTotals {
    let all = NOTHING;
    let unpaid: ByModel = new Map();
    for (let quarter = Math.floor(startsAt / QUARTER_MS); quarter * QUARTER_MS < endsAt; quarter++) {
      for (const [project, model, used, open] of this.#quarters.get(quarter) ?? []) {
        if (!fits(project)) continue;
        all = plus(all, used);
        if (open) unpaid = add(unpaid, model, open);
      }
    }
    return estimated(prices, all, unpaid);
  }

  /** The window of five hours that a moment is in; undefined when nothing was used in it up to then. */
  windowAt(at: number): Span | undefined {
    const quarter = Math.floor(at / QUARTER_MS);
    const { size } = this.#quarters;
    if (this.#window?.quarter === quarter && this.#window.size === size) return this.#window.span;
    const isUsed = (start: number): boolean => {
      const rows = this.#quarters.get(start / QUARTER_MS) ?? [];
      return rows.some(([, , used]) => !isNothing(used));
    };
    const span = windowOf(quarter * QUARTER_MS, QUARTER_MS, isUsed);
    this.#window = { quarter, size, span };
    return span;
  }

  save(): SavedDays {
    return [...this.#quarters].map(([quarter, rows]) => {
      const times = this.#times.get(quarter);
      return times ? [quarter, rows, times] : [quarter, rows];
    });
  }

  load(saved: SavedDays): void {
    for (const [quarter, rows, times] of saved) {
      this.#quarters.set(quarter, rows);
      if (times) this.#times.set(quarter, times);
    }
  }

  #note(quarter: number, at: number): void {
    const [first, last] = this.#times.get(quarter) ?? [at, at];
    this.#times.set(quarter, [Math.min(first, at), Math.max(last, at)]);
  }

  /** The rows that have changed since this was asked last, to be kept. */
  takeChanged(): UsageRow[] {
    const changed = this.#changed;
    this.#changed = new Set();
    return [...changed].flatMap(quarter =>
      (this.#quarters.get(quarter) ?? []).map(([project, model, ...used]) => ({
        ...{ quarter, project, model },
        used: JSON.stringify(used),
      })),
    );
  }

  /** All of them count as changed: what is kept is not known to be the same. */
  touchAll(): void {
    this.#changed = new Set(this.#quarters.keys());
  }

  /** Takes over rows that were kept. Returns what they come to by model, and what of it nobody has told the cost of. */
  restore(kept: readonly UsageRow[]): { all: ByModel; open: ByModel } {
    let [all, open]: [ByModel, ByModel] = [new Map(), new Map()];
    for (const { quarter, project, model, used: text } of kept) {
      const [used, stillOpen] = JSON.parse(text) as [UsageTotals, UsageTotals?];
      const row: Row = stillOpen ? [project, model, used, stillOpen] : [project, model, used];
      this.#quarters.set(quarter, [...(this.#quarters.get(quarter) ?? []), row]);
      all = add(all, model, used);
      if (stillOpen) open = add(open, model, stillOpen);
    }
    return { all, open };
  }

  #forget(newest: number): void {
    this.#forgetAt = newest + A_DAY;
    for (const quarter of this.#quarters.keys()) {
      if (quarter > newest - KEPT) continue;
      this.#quarters.delete(quarter);
      this.#times.delete(quarter);
    }
  }
}
