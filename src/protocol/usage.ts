// The shapes of what was used: tokens and cost, in all, by model, by agent and by day.
import { z } from 'zod';

export const UsageTotals = z.object({
  input: z.int().describe('Input tokens outside the cache.'),
  output: z.int().describe('Output tokens.'),
  cacheRead: z.int().describe('Input tokens read from the cache.'),
  cacheCreation: z.int().describe('Input tokens written to the cache.'),
  costUsd: z.number().optional().describe("US dollars, the client's own figure where it tells one."),
});
export type UsageTotals = z.infer<typeof UsageTotals>;

export const Usage = z.object({
  totals: UsageTotals,
  byModel: z.record(z.string(), UsageTotals),
  costUsd: z.number().optional(),
});
export type Usage = z.infer<typeof Usage>;
