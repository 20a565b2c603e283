// Arithmetic of tokens and cost.
import { UsageTotals as Totals, type Usage, type UsageTotals } from '../../protocol/index.ts';
import type { PriceList } from './price-list.ts';

/** What is counted and told; estimates are made of it when somebody asks. */
export const Told = Totals.omit({ costEstimateUsd: true });

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
    ...rare('cacheCreation1h', a, b, how),
    ...rare('webSearches', a, b, how),
  };
  if (a.costUsd === undefined && b.costUsd === undefined) return tokens;
  return { ...tokens, costUsd: how(a.costUsd ?? 0, b.costUsd ?? 0) };
}

/** What is told only where there is any. */
function rare<K extends 'cacheCreation1h' | 'webSearches'>(
  key: K,
  a: UsageTotals,
  b: UsageTotals,
  how: (x: number, y: number) => number,
): { [key in K]?: number } {
  const value = how(a[key] ?? 0, b[key] ?? 0);
  return value === 0 ? {} : ({ [key]: value } as { [key in K]: number });
}

/** What was used of each model. Names come from outside, and any name may be one that objects have already. */
export type ByModel = ReadonlyMap<string, UsageTotals>;

/** As it is told and saved. */
export type NamedTotals = Readonly<Record<string, UsageTotals>>;

/** What is told of models; undefined when that is no such thing. */
export function toldByModel(told: unknown): ByModel | undefined {
  if (typeof told !== 'object' || told === null || Array.isArray(told)) return undefined;
  const found = new Map<string, UsageTotals>();
  for (const [model, used] of Object.entries(told)) {
    const parsed = Told.safeParse(used);
    if (!parsed.success) return undefined;
    found.set(model, parsed.data);
  }
  return found;
}

export function sum(byModel: ByModel): UsageTotals {
  return [...byModel.values()].reduce(plus, NOTHING);
}

export function add(byModel: ByModel, model: string, used: UsageTotals): ByModel {
  return new Map(byModel).set(model, plus(byModel.get(model) ?? NOTHING, used));
}

/** What is in `a` and not in `b` yet; models without a difference are left out. */
export function difference(a: ByModel, b: ByModel): ByModel {
  const all = [...new Set([...a.keys(), ...b.keys()])].map(
    model => [model, minus(a.get(model) ?? NOTHING, b.get(model) ?? NOTHING)] as const,
  );
  return new Map(all.filter(([, used]) => !isNothing(used)));
}

/** Both of them. */
export function together(a: ByModel, b: ByModel): ByModel {
  return [...b].reduce((all, [model, used]) => add(all, model, used), a);
}

/** Whether they are numbers: what was once added wrongly was saved as null. */
export function isSound({ input, output, cacheRead, cacheCreation, costUsd = 0 }: UsageTotals): boolean {
  return [input, output, cacheRead, cacheCreation, costUsd].every(Number.isFinite);
}

/** Whether no kind of token is missing. */
export function isLeft({ input, output, cacheRead, cacheCreation }: UsageTotals): boolean {
  return Math.min(input, output, cacheRead, cacheCreation) >= 0;
}

/** The same with an estimate of its cost, when some of it is `open`: used, and nobody has told what that cost. */
export function estimated(
  prices: PriceList,
  used: UsageTotals,
  open: Iterable<readonly [model: string, used: UsageTotals]>,
): UsageTotals {
  const costs = [...open].flatMap(([model, tokens]) =>
    isNothing(tokens) ? [] : (prices.cost(model, tokens) ?? []),
  );
  if (costs.length === 0) return used;
  return { ...used, costEstimateUsd: costs.reduce((sum, cost) => sum + cost, used.costUsd ?? 0) };
}

/** As `usage` and `usage.updated` carry it. */
export function asUsage(totals: UsageTotals, byModel: ByModel, open: ByModel, prices: PriceList): Usage {
  const models = [...byModel].map(([model, used]) => {
    const openOfIt = open.get(model);
    return [model, openOfIt ? estimated(prices, used, [[model, openOfIt]]) : used] as const;
  });
  const all = estimated(prices, totals, open);
  const { costUsd, costEstimateUsd } = all;
  return {
    totals: all,
    byModel: Object.fromEntries(models),
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(costEstimateUsd === undefined ? {} : { costEstimateUsd }),
  };
}
