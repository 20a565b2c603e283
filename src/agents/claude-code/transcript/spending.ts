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
    ...besides(
      isObject(usage['cache_creation']) ? usage['cache_creation']['ephemeral_1h_input_tokens'] : 0,
      isObject(usage['server_tool_use']) ? usage['server_tool_use']['web_search_requests'] : 0,
    ),
  };
}

/** What few messages have, and is told only then. */
function besides(hour: unknown, searches: unknown) {
  const [cacheCreation1h, webSearches] = [count(hour), count(searches)];
  return { ...(cacheCreation1h > 0 && { cacheCreation1h }), ...(webSearches > 0 && { webSearches }) };
}

/** A `cost-state` line: the client's own account of the session so far, better than any sum of ours. */
export function costOf({ modelUsage, totalCostUSD }: JsonObject): JsonObject | undefined {
  if (!isObject(modelUsage)) return undefined;
  const byModel = Object.entries(modelUsage).flatMap(([model, spent]) =>
    isObject(spent) ? [[model, spentOn(spent)] as const] : [],
  );
  const all = byModel.map(([, spent]) => spent);
  const sum = (key: Exclude<keyof (typeof all)[number], 'costUsd'>): number =>
    all.reduce((total, one) => total + (one[key] ?? 0), 0);
  return {
    input: sum('input'),
    output: sum('output'),
    cacheRead: sum('cacheRead'),
    cacheCreation: sum('cacheCreation'),
    ...besides(sum('cacheCreation1h'), sum('webSearches')),
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
    ...besides(spent['cacheCreationEphemeral1hInputTokens'], spent['webSearchRequests']),
    ...(typeof costUSD === 'number' ? { costUsd: costUSD } : {}),
  };
}
