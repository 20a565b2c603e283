// The shapes of what was used: tokens and cost, in all, by model, by agent and by day.
import { z } from 'zod';

export const UsageTotals = z.object({
  input: z.int().describe('Input tokens outside the cache.'),
  output: z.int().describe('Output tokens.'),
  cacheRead: z.int().describe('Input tokens read from the cache.'),
  cacheCreation: z.int().describe('Input tokens written to the cache.'),
  cacheCreation1h: z
    .int()
    .optional()
    .describe('Those of `cacheCreation` that are kept for an hour, which costs more; absent for none.'),
  webSearches: z.int().optional().describe('Searches of the web by the API itself; absent for none.'),
  costUsd: z.number().optional().describe("US dollars, the client's own figure where it tells one."),
  costEstimateUsd: z
    .number()
    .optional()
    .describe(
      'An estimate, in US dollars: what the client has told, and for all that was used since then the prices of a list. Absent once the client has told the cost of everything, and where no list has the model.',
    ),
});
export type UsageTotals = z.infer<typeof UsageTotals>;

export const Usage = z.object({
  totals: UsageTotals,
  byModel: z.record(z.string(), UsageTotals).describe('The same by model.'),
  agents: z
    .record(z.string(), UsageTotals)
    .optional()
    .describe("What each of the session's subagents has used, by id; it is in the totals too."),
  costUsd: z.number().optional().describe('US dollars; the same as in `totals`.'),
  costEstimateUsd: z.number().optional().describe('An estimate in US dollars; the same as in `totals`.'),
});
export type Usage = z.infer<typeof Usage>;

const project = z.string().describe('The folder the sessions were started in; empty when it is not known.');

export const DayUsage = UsageTotals.extend({
  day: z.string().describe('The day in the time zone asked for, such as `2026-11-20`.'),
  project,
  model: z.string().describe('The model.'),
});
export type DayUsage = z.infer<typeof DayUsage>;

export const SessionUsage = UsageTotals.extend({
  sessionId: z.string().describe('The session, over or not.'),
  project,
  name: z.string().optional().describe('Its title.'),
  usedAt: z.int().describe('When it used something last, in milliseconds since 1970.'),
});
export type SessionUsage = z.infer<typeof SessionUsage>;

export const PromptUsage = UsageTotals.extend({
  promptId: z.string().describe('The prompt; what subagents used counts for the one that they work for.'),
});
export type PromptUsage = z.infer<typeof PromptUsage>;

export const BlockUsage = UsageTotals.extend({
  startsAt: z.int().describe('When the five hours begin, at a full hour (UTC), in milliseconds since 1970.'),
  endsAt: z.int().describe('When they end.'),
  usedFrom: z.int().describe('When something was used first in them, to the quarter of an hour.'),
  usedUntil: z.int().describe('When something was used last in them, to the end of that quarter of an hour.'),
  models: z.array(z.string()).describe('The models.'),
});
export type BlockUsage = z.infer<typeof BlockUsage>;
