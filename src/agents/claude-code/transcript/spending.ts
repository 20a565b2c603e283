// What API messages used and what the session has cost, in the transcript's own figures.
import { isObject, type JsonObject } from '../../../json.ts';

const count = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;

/** The tokens of one API message. */
export function usageOf(usage: unknown): JsonObject | undefined {
  if (!isObject(usage)) return undefined;
  return {
    input: count(usage['input_tokens']),
    output: count(usage['output_tokens']),
    cacheRead: count(usage['cache_read_input_tokens']),
    cacheCreation: count(usage['cache_creation_input_tokens']),
  };
}

/** A `cost-state` line: the client's own account of the session so far, better than any sum of ours. */
export function costOf({ modelUsage, totalCostUSD }: JsonObject): JsonObject | undefined {
  if (!isObject(modelUsage)) return undefined;
  const byModel = Object.entries(modelUsage).flatMap(([model, spent]) =>
    isObject(spent) ? [[model, spentOn(spent)] as const] : [],
  );
  const all = byModel.map(([, spent]) => spent);
  const sum = (key: 'input' | 'output' | 'cacheRead' | 'cacheCreation'): number =>
    all.reduce((total, one) => total + one[key], 0);
  return {
    input: sum('input'),
    output: sum('output'),
    cacheRead: sum('cacheRead'),
    cacheCreation: sum('cacheCreation'),
    ...(typeof totalCostUSD === 'number' ? { costUsd: totalCostUSD } : {}),
    byModel: Object.fromEntries(byModel),
  };
}

function spentOn(spent: JsonObject) {
  const { costUSD } = spent;
  return {
    input: count(spent['inputTokens']),
    output: count(spent['outputTokens']),
    cacheRead: count(spent['cacheReadInputTokens']),
    cacheCreation: count(spent['cacheCreationInputTokens']),
    ...(typeof costUSD === 'number' ? { costUsd: costUSD } : {}),
  };
}
