// Adds up what was used: over a period, grouped by what one wants to know.
import { z } from 'zod';
import {
  BlockUsage,
  costOf,
  DayUsage,
  SessionUsage,
  sumOfCosts,
  type UsageTotals,
} from '../../protocol/index.ts';

export const ByDay = z.object({ rows: z.array(DayUsage) });
export const BySession = z.object({ rows: z.array(SessionUsage) });

export const ByBlock = z.object({ rows: z.array(BlockUsage) });

export const GROUPS = ['project', 'model', 'session', 'day', 'block'] as const;
export type Group = (typeof GROUPS)[number];

/** Local days, both included; everything there is when left out. */
export interface Period {
  readonly from?: string;
  readonly to?: string;
}

/** One line of a report: what was used by whatever `key` names. */
export interface Line {
  readonly key: string;
  /** The beginning of a session's id, which stands behind the key. */
  readonly id?: string;
  readonly used: UsageTotals;
}

const NOTHING: UsageTotals = { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 };

export function total(rows: readonly UsageTotals[]): UsageTotals {
  const tokens = rows.reduce(
    (sum, row) => ({
      input: sum.input + row.input,
      output: sum.output + row.output,
      cacheRead: sum.cacheRead + row.cacheRead,
      cacheCreation: sum.cacheCreation + row.cacheCreation,
    }),
    NOTHING,
  );
  return { ...tokens, ...sumOfCosts(rows) };
}

/** The rows of the ledger, added up by day, project or model; days in order, everything else the dearest first. */
export function group(rows: readonly DayUsage[], by: Exclude<Group, 'session' | 'block'>): Line[] {
  const byKey = new Map<string, DayUsage[]>();
  for (const row of rows) byKey.set(row[by], [...(byKey.get(row[by]) ?? []), row]);
  const lines = [...byKey].map(([key, same]) => ({ key, used: total(same) }));
  return by === 'day' ? lines.sort((a, b) => (a.key < b.key ? -1 : 1)) : dearestFirst(lines);
}

export function dearestFirst<T extends { readonly used: UsageTotals }>(lines: T[]): T[] {
  return lines.sort(
    ({ used: a }, { used: b }) =>
      (costOf(b) ?? 0) - (costOf(a) ?? 0) || b.output - a.output || b.input - a.input,
  );
}

/** The rows of a period. */
export function within(rows: readonly DayUsage[], { from = '', to = '9999' }: Period): DayUsage[] {
  return rows.filter(({ day }) => day >= from && day <= to);
}

/** Today, where this runs. */
export function today(now: number): Period {
  const day = dayOf(new Date(now));
  return { from: day, to: day };
}

/** From Monday on. */
export function thisWeek(now: number): Period {
  const at = new Date(now);
  const monday = new Date(at.getFullYear(), at.getMonth(), at.getDate() - ((at.getDay() + 6) % 7));
  return { from: dayOf(monday), to: dayOf(at) };
}

export function dayOf(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
