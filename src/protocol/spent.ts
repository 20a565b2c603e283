// What is said of a use: how many tokens of work it was, and what it cost. For programs and pages: without any library.
import type { DayUsage, GroupUsage, UsageTotals } from './usage.ts';

type Tokens = Pick<UsageTotals, 'input' | 'output' | 'cacheRead' | 'cacheCreation'>;
type Cost = Pick<UsageTotals, 'costUsd' | 'costEstimateUsd'>;

/** Tokens that the model had to work on. What it read from its cache is the same again with every message, and is told apart. */
export function workOf({ input, output, cacheCreation }: Tokens): number {
  return input + output + cacheCreation;
}

/** What a use cost as far as anybody knows, in US dollars: an estimate, as long as there is one, knows more of it than the client. */
export function costOf({ costUsd, costEstimateUsd }: Cost): number | undefined {
  return costEstimateUsd ?? costUsd;
}

/** How full a context is, from 0 to 1; undefined when that is not known. */
export function contextShare({
  contextTokens,
  contextWindow,
}: {
  readonly contextTokens?: number | undefined;
  readonly contextWindow?: number | undefined;
}): number | undefined {
  return contextTokens === undefined || !contextWindow ? undefined : contextTokens / contextWindow;
}

/** The two costs of several uses: as soon as one of them is an estimate, so is the sum. */
export function sumOfCosts(uses: readonly Cost[]): Cost {
  const sum = (costs: readonly (number | undefined)[]): number =>
    costs.reduce<number>((all, cost) => all + (cost ?? 0), 0);
  const told = uses.filter(({ costUsd }) => costUsd !== undefined);
  const isEstimate = uses.some(({ costEstimateUsd }) => costEstimateUsd !== undefined);
  return {
    ...(told.length === 0 ? {} : { costUsd: sum(told.map(({ costUsd }) => costUsd)) }),
    ...(isEstimate ? { costEstimateUsd: sum(uses.map(costOf)) } : {}),
  };
}

/** Several uses as one. */
export function sumOfUses(uses: readonly UsageTotals[]): UsageTotals {
  const sum = (key: keyof Tokens): number => uses.reduce((all, use) => all + use[key], 0);
  return {
    ...{ input: sum('input'), output: sum('output') },
    ...{ cacheRead: sum('cacheRead'), cacheCreation: sum('cacheCreation') },
    ...sumOfCosts(uses),
  };
}

/** Rows of days, added up by project or by model; the dearest first. */
export function groupUses(rows: readonly DayUsage[], by: 'project' | 'model'): GroupUsage[] {
  const all = new Map<string, DayUsage[]>();
  for (const row of rows) all.set(row[by], [...(all.get(row[by]) ?? []), row]);
  return [...all]
    .map(([key, same]) => ({ [by]: key, ...sumOfUses(same), models: modelsOf(same) }))
    .sort(byCost);
}

/** The models of rows, each once. */
export const modelsOf = (rows: readonly DayUsage[]): string[] => [...new Set(rows.map(({ model }) => model))];

/** For sorting: the dearest first. */
export const byCost = (a: UsageTotals, b: UsageTotals): number =>
  (costOf(b) ?? 0) - (costOf(a) ?? 0) || b.output - a.output || b.input - a.input;
