// What was used on each day, by project and model.
import type { DayUsage, UsageTotals } from '../../protocol/index.ts';
import { isNothing, NOTHING, plus } from './totals.ts';

/** Days that are kept. */
const DAYS = 400;

export type SavedDays = readonly (readonly [string, readonly (readonly [string, string, UsageTotals])[]])[];

export class Days {
  /** By day, then by project, then by model. */
  readonly #days = new Map<string, Map<string, Map<string, UsageTotals>>>();

  add(timestamp: number, project: string, model: string, used: UsageTotals): void {
    const projects = this.#day(localDay(timestamp));
    const models = projects.get(project) ?? new Map<string, UsageTotals>();
    projects.set(project, models.set(model, plus(models.get(model) ?? NOTHING, used)));
  }

  /** A row for each day, project and model with any use, by day. */
  rows(): DayUsage[] {
    const rows: DayUsage[] = [];
    for (const [day, projects] of this.#days)
      for (const [project, models] of projects)
        for (const [model, used] of models) if (!isNothing(used)) rows.push({ day, project, model, ...used });
    return rows.sort((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)));
  }

  save(): SavedDays {
    return [...this.#days].map(([day, projects]) => [
      day,
      [...projects].flatMap(([project, models]) =>
        [...models].map(([model, used]) => [project, model, used] as const),
      ),
    ]);
  }

  load(saved: SavedDays): void {
    for (const [day, rows] of saved) {
      const projects = this.#day(day);
      for (const [project, model, used] of rows)
        projects.set(project, (projects.get(project) ?? new Map<string, UsageTotals>()).set(model, used));
    }
  }

  #day(day: string): Map<string, Map<string, UsageTotals>> {
    const known = this.#days.get(day);
    if (known) return known;
    const projects = new Map<string, Map<string, UsageTotals>>();
    this.#days.set(day, projects);
    if (this.#days.size > DAYS) this.#days.delete([...this.#days.keys()].sort()[0] ?? '');
    return projects;
  }
}

/** The day of a moment where the daemon runs, as `2026-11-20`. */
export function localDay(timestamp: number): string {
  const at = new Date(timestamp);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
