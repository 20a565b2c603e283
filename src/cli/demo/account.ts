// What a session has used so far, subagents included, as it accounts for itself when it ends.
import type { Usage } from './recording.ts';
import { filled, type JsonObject, shapeOf } from './shapes.ts';

export function sumOf(usage: Usage, before: Usage = [0, 0, 0, 0]): Usage {
  return [usage[0] + before[0], usage[1] + before[1], usage[2] + before[2], usage[3] + before[3]];
}

/** By model, and the whole cost in US dollars. */
export function accountOf(used: ReadonlyMap<string, Usage>): { models: JsonObject; cost: number } {
  const accounts = [...used].map(([model, usage]) => ({ model, usage, cost: costOf(model, usage) }));
  const models = accounts.map(({ model, ...spent }) => [model, filled('account of a model', spent)] as const);
  return { models: Object.fromEntries(models), cost: accounts.reduce((sum, { cost }) => sum + cost, 0) };
}

function costOf(model: string, usage: Usage): number {
  const prices = shapeOf('dollars for a million tokens') as Readonly<Record<string, Usage>>;
  const price = prices[model];
  if (!price) throw new Error(`demo: claude-code.jsonl does not say what ${model} costs`);
  return usage.reduce((sum, tokens, index) => sum + tokens * (price[index] ?? 0), 0) / 1_000_000;
}
