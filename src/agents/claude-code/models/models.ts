// The models of Claude, by every name that a transcript may have for them.
import type { ListedModel, Price } from '../../../state/index.ts';
import { KINDS, TABLE, type TableRow } from './price-table.ts';

/** What the client appends to a model that has a context of a million tokens (Claude Code 2.1.332). */
const MILLION = '[1m]';

/**
 * Models that the list does not have yet, at the prices that the client itself reckons with (Claude Code 2.1.332). A test says when
 * the list has one of them. What Haiku 5.5 costs is that of prompts up to 100,000 tokens; longer ones cost five times as much.
 */
export const NEWER: readonly TableRow[] = [
  { names: /^claude-sonnet-5-5\b/, contextWindow: 1_000_000, prices: [2, 10, 0.1, 2.5, 4, 10] },
  { names: /^claude-haiku-5-5\b/, contextWindow: 1_000_000, prices: [0.1, 0.5, 0.01, 0.125, 0.2, 10] },
  { names: /^claude-(?:fable|mythos)-5-2\b/, contextWindow: 1_000_000, prices: [8, 40, 0.2, 10, 16, 10] },
];

export const MODELS: readonly ListedModel[] = [
  { fits: name => name.endsWith(MILLION), contextWindow: 1_000_000 },
  // The API has more room for them, but the client only asks for it by the suffix (Claude Code 2.1.332).
  { fits: name => /^claude-(?:opus|sonnet)-4-6\b/.test(plainName(name)), contextWindow: 200_000 },
  ...[...NEWER, ...TABLE].map(listed),
];

function listed({ names, contextWindow, prices }: TableRow): ListedModel {
  const price = Object.fromEntries(prices.map((value, index) => [KINDS[index], value])) as unknown as Price;
  return {
    fits: name => names.test(plainName(name)),
    price,
    ...(contextWindow === undefined ? {} : { contextWindow }),
  };
}

/**
 * The name that the list has, of the one that a cloud has: `us.anthropic.claude-opus-4-8-v1:0` (Bedrock), `claude-opus-4-8@20260101`
 * (Vertex), `anthropic/claude-opus-4.8` (gateways).
 */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^.*\b(?=claude-)/, '')
    .replace(/(?:\[\w+\]|@\w+|-v\d+(?::\d+)?)$/, '');
}
