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

export const BUDGET_PERIODS = ['session', 'day', '5h'] as const;

/** A budget, as events and reports name it. */
export const BudgetTerms = z.object({
  budget: z
    .string()
    .describe('Which one: its period, its dollars and its projects, such as `day:20:**/shop`.'),
  per: z
    .enum(BUDGET_PERIODS)
    .describe(
      'What it is for: each session, each day of where the daemon runs, or each window of five hours, as `by=block` has them.',
    ),
  project: z.string().optional().describe('The glob of the folders it is for; absent for all.'),
  usd: z.number().describe('What may be spent, in US dollars.'),
  spentUsd: z.number().describe('What is spent, as far as anybody knows, in US dollars.'),
  estimated: z.boolean().describe('Whether some of that is an estimate.'),
  startsAt: z
    .int()
    .optional()
    .describe('When the day or the window begins, in milliseconds since 1970; absent for a session.'),
  endsAt: z.int().optional().describe('When it ends.'),
});
export type BudgetTerms = z.infer<typeof BudgetTerms>;

export const BudgetUsage = BudgetTerms.extend({
  sessionId: z.string().optional().describe('The session, of a budget for each.'),
  crossed: z.boolean().describe('Whether `usage.budget_crossed` was told of it.'),
});
export type BudgetUsage = z.infer<typeof BudgetUsage>;

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
  models: z.array(z.string()).optional().describe('The models.'),
});
export type SessionUsage = z.infer<typeof SessionUsage>;

export const PromptUsage = UsageTotals.extend({
  promptId: z.string().describe('The prompt; what subagents used counts for the one that they work for.'),
});
export type PromptUsage = z.infer<typeof PromptUsage>;

export const AgentUsage = UsageTotals.extend({
  agentId: z.string().describe('The subagent; what it used is in the totals of its session too.'),
});
export type AgentUsage = z.infer<typeof AgentUsage>;

export const GroupUsage = UsageTotals.extend({
  project: z.string().optional().describe('The folder the sessions were started in, of `by=project`.'),
  model: z.string().optional().describe('The model, of `by=model`.'),
  models: z.array(z.string()).describe('The models.'),
});
export type GroupUsage = z.infer<typeof GroupUsage>;

export const BlockUsage = UsageTotals.extend({
  startsAt: z.int().describe('When the five hours begin, at a full hour (UTC), in milliseconds since 1970.'),
  endsAt: z.int().describe('When they end.'),
  usedFrom: z.int().describe('When something was used first in them.'),
  usedUntil: z.int().describe('When something was used last in them.'),
  models: z.array(z.string()).describe('The models.'),
  burn: z
    .object({
      tokensPerMinute: z.number().describe('Input, output and what was written to the cache.'),
      cacheReadPerMinute: z.number().describe('What was read from the cache.'),
      usdPerHour: z.number().optional().describe('US dollars, as far as anybody knows.'),
    })
    .optional()
    .describe('How fast it burns, from its first use until now; only while it runs.'),
  projected: z
    .object({
      tokens: z.int().describe('Input, output and what is written to the cache.'),
      usd: z.number().optional().describe('US dollars, as far as anybody knows.'),
    })
    .optional()
    .describe('What it comes to at its end if it goes on so.'),
});
export type BlockUsage = z.infer<typeof BlockUsage>;
