// Arithmetic of tokens and cost.
import type { Usage, UsageTotals } from '../../protocol/index.ts';

export const NOTHING: UsageTotals = Object.freeze({ input: 0, output: 0, cacheRead: 0, cacheCreation: 0 });

/** Without a cost as long as nobody told one. */
export function plus(a: UsageTotals, b: UsageTotals): UsageTotals {
  return combine(a, b, (x, y) => x + y);
}

export function minus(a: UsageTotals, b: UsageTotals): UsageTotals {
  return combine(a, b, (x, y) => x - y);
}

/** Each kind of token by itself the larger one. */
export function most(a: UsageTotals, b: UsageTotals): UsageTotals {
  return combine(a, b, Math.max);
}

/** No tokens, and no cost that is more than an error of rounding. */
export function isNothing({ input, output, cacheRead, cacheCreation, costUsd = 0 }: UsageTotals): boolean {
  return input === 0 && output === 0 && cacheRead === 0 && cacheCreation === 0 && Math.abs(costUsd) < 1e-9;
}

function combine(a: UsageTotals, b: UsageTotals, how: (x: number, y: number) => number): UsageTotals {
  const tokens = {
    input: how(a.input, b.input),
    output: how(a.output, b.output),
    cacheRead: how(a.cacheRead, b.cacheRead),
    cacheCreation: how(a.cacheCreation, b.cacheCreation),
  };
  if (a.costUsd === undefined && b.costUsd === undefined) return tokens;
  return { ...tokens, costUsd: how(a.costUsd ?? 0, b.costUsd ?? 0) };
}

export type ByModel = Readonly<Record<string, UsageTotals>>;

export function sum(byModel: ByModel): UsageTotals {
  return Object.values(byModel).reduce(plus, NOTHING);
}

/** What is in `a` and not in `b` yet, by model; models without a difference are left out. */
export function difference(a: ByModel, b: ByModel): [string, UsageTotals][] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .map((model): [string, UsageTotals] => [model, minus(a[model] ?? NOTHING, b[model] ?? NOTHING)])
    .filter(([, used]) => !isNothing(used));
}

/** Both of them, by model. */
export function together(a: ByModel, b: ByModel): ByModel {
  const models = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(models.map(model => [model, plus(a[model] ?? NOTHING, b[model] ?? NOTHING)]));
}

/** Whether no kind of token is missing. */
export function isLeft({ input, output, cacheRead, cacheCreation }: UsageTotals): boolean {
  return Math.min(input, output, cacheRead, cacheCreation) >= 0;
}

/** As `usage` and `usage.updated` carry it. */
export function asUsage(totals: UsageTotals, byModel: ByModel): Usage {
  return { totals, byModel, ...(totals.costUsd === undefined ? {} : { costUsd: totals.costUsd }) };
}
