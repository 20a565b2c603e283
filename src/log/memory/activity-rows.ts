// The rows of what was done, in memory: there as long as the store is.
import type { ActivityMark, ActivityRow, ActivityShelf } from '../activity-row.ts';

export class MemoryActivity implements ActivityShelf {
  readonly #rows = new Map<string, ActivityRow>();
  #mark: ActivityMark = { seq: 0, past: 0 };

  mark(): ActivityMark {
    return this.#mark;
  }

  add(rows: readonly ActivityRow[], sum: (kept: string, more: string) => string, mark: ActivityMark): void {
    const sums = rows.map(row => {
      const key = JSON.stringify([row.quarter, row.project, row.kind, row.name]);
      const kept = this.#rows.get(key);
      return [key, kept ? { ...row, counted: sum(kept.counted, row.counted) } : row] as const;
    });
    for (const [key, row] of sums) this.#rows.set(key, row);
    this.#mark = mark;
  }

  next(from: number): number | undefined {
    let least: number | undefined;
    for (const { quarter } of this.#rows.values())
      if (quarter >= from && quarter < (least ?? Number.POSITIVE_INFINITY)) least = quarter;
    return least;
  }

  read(from: number, until: number): ActivityRow[] {
    return [...this.#rows.values()]
      .filter(({ quarter }) => quarter >= from && quarter < until)
      .sort((a, b) => a.quarter - b.quarter);
  }

  forget(before: number): void {
    for (const [key, { quarter }] of this.#rows) if (quarter < before) this.#rows.delete(key);
  }
}
