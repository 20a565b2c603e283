// Adds up what was used: by day, by model, by project. Pure: rows in, sums out.

import type { DayUsage, UsageTotals } from '../../src/protocol/index.ts';
import { costOf, workOf } from '../../src/protocol/spent.ts';
import { money } from '../design/format.ts';

const TOKENS = ['input', 'output', 'cacheRead', 'cacheCreation'] as const;

/** What rows count for. */
export type Measure = 'cost' | 'tokens';

/** By what they are told apart. */
export type Split = 'model' | 'project';

export interface Sum {
  input: number;
  output: number;
  cacheRead: number;
  cacheCreation: number;
  /** What is known of the cost, in US dollars; the client's own figures and estimates. */
  cost: number;
  /** Whether some of it is an estimate. */
  isEstimate: boolean;
  /** Tokens whose cost nobody knows. */
  unpriced: number;
}

export interface Group {
  readonly name: string;
  readonly rows: readonly DayUsage[];
  readonly value: number;
}

export interface Column {
  readonly day: string;
  total: number;
  /** One for each name. */
  readonly parts: number[];
}

/** What the chart shows. The smallest groups are one, whose name is undefined. */
export interface Series {
  readonly days: readonly Column[];
  readonly names: readonly (string | undefined)[];
}
/** Groups with a colour of their own; what is smaller is one group together. */
const GROUPS = 7;

/** What a row counts for: `cost` in US dollars, else tokens; what was read from the cache is no work. */
export const measure = (row: UsageTotals, by: Measure): number =>
  by === 'cost' ? (costOf(row) ?? 0) : workOf(row);

/** The sum of rows. */
export function total(rows: readonly UsageTotals[]): Sum {
  const tokens = { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 };
  const sum = { ...tokens, cost: 0, isEstimate: false, unpriced: 0 };
  for (const row of rows) {
    for (const name of TOKENS) sum[name] += row[name];
    sum.cost += costOf(row) ?? 0;
    sum.isEstimate ||= row.costEstimateUsd !== undefined;
    if (costOf(row) === undefined) sum.unpriced += workOf(row);
  }
  return sum;
}

/** `$0.42`, or `~$0.42` when some of it is an estimate. */
export const costWords = ({ cost, isEstimate }: Sum): string => `${isEstimate ? '~' : ''}${money(cost)}`;

/** A group for each value of a field, the largest first. */
export function groups(rows: readonly DayUsage[], field: Split, by: Measure): Group[] {
  const all = new Map<string, DayUsage[]>();
  for (const row of rows) all.set(row[field], [...(all.get(row[field]) ?? []), row]);
  return [...all]
    .map(([name, own]) => ({ name, rows: own, value: own.reduce((sum, row) => sum + measure(row, by), 0) }))
    .toSorted((left, right) => right.value - left.value || (left.name < right.name ? -1 : 1));
}

/** What the chart shows; days without any use are there too. */
export function series(
  rows: readonly DayUsage[],
  field: Split,
  by: Measure,
  days: readonly string[],
): Series {
  const ranked = groups(rows, field, by);
  const names: (string | undefined)[] =
    ranked.length > GROUPS + 1
      ? ranked.slice(0, GROUPS).map(({ name }) => name)
      : ranked.map(({ name }) => name);
  if (ranked.length > names.length) names.push(undefined);
  const place = new Map(names.map((name, index) => [name, index]));
  const byDay = new Map(
    days.map(day => [day, { day, total: 0, parts: names.map(() => 0) } satisfies Column]),
  );
  for (const row of rows) {
    const one = byDay.get(row.day);
    if (one === undefined) continue;
    const value = measure(row, by);
    const part = place.get(row[field]) ?? names.length - 1;
    one.parts[part] = (one.parts[part] ?? 0) + value;
    one.total += value;
  }
  return { days: [...byDay.values()], names };
}

/** Every day from one to another, both included: `2026-11-20`, …; at most so many, the last ones. */
export function daysBetween(from: string, to: string, most = 366): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${to}T12:00Z`); days.length < most; at -= 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    if (Number.isNaN(at) || day < from) break;
    days.unshift(day);
  }
  return days;
}

/** The day it is here, where the browser is; the daemon is asked for the days of here too. */
export function today(now = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** Round values for the axis, from 0 to at least the largest: about four of them. */
export function ticks(largest: number): number[] {
  if (!(largest > 0)) return [0, 1];
  const rough = largest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5].find(one => one * power >= rough) ?? 10) * power;
  const count = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}
