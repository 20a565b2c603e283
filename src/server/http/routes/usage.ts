// What `GET /api/usage` answers: totals, of one session or of all, or rows by what one asks for.
import { z } from 'zod';
import type { Queries } from '../../../engine/index.ts';
import type {
  AgentUsage,
  BlockUsage,
  BudgetUsage,
  DayUsage,
  GroupUsage,
  PromptUsage,
  SessionUsage,
  Usage,
} from '../../../protocol/index.ts';
import { groupUses } from '../../../protocol/index.ts';
import { HttpError } from '../http-error.ts';
import { moment, ownZone, parseQuery, zone } from '../query.ts';

/** What rows can be by; those of one session first. */
const OF_A_SESSION = ['prompt', 'agent'] as const;
const BY = ['day', 'project', 'model', 'session', 'block', 'budget', ...OF_A_SESSION] as const;

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day such as 2026-11-20');
const UsageQuery = z.strictObject({
  sessionId: z.string().optional(),
  by: z.enum(BY, `must be ${BY.slice(0, -1).join(', ')} or ${BY.at(-1)}`).optional(),
  from: day.optional(),
  to: day.optional(),
  since: moment.optional(),
  until: moment.optional(),
  zone: zone.optional(),
});

type UsageAnswer = { readonly type: 'usage'; readonly sessionId?: string } & (
  | Usage
  | { readonly by: 'day'; readonly zone: string; readonly rows: readonly DayUsage[] }
  | { readonly by: 'project' | 'model'; readonly zone: string; readonly rows: readonly GroupUsage[] }
  | { readonly by: 'session'; readonly rows: readonly SessionUsage[] }
  | { readonly by: 'block'; readonly rows: readonly BlockUsage[] }
  | { readonly by: 'budget'; readonly rows: readonly BudgetUsage[] }
  | { readonly by: 'prompt'; readonly rows: readonly PromptUsage[] }
  | { readonly by: 'agent'; readonly rows: readonly AgentUsage[] }
);

/** @throws HttpError invalid_query (400), not_found (404) */
export function answerUsage(queries: Queries, query: Record<string, string[]>): UsageAnswer {
  const { sessionId, by, from = '', to = '9999', zone = ownZone(), ...range } = parseQuery(UsageQuery, query);
  const { since = 0, until = Number.POSITIVE_INFINITY } = range;
  switch (by) {
    case 'day':
    case 'project':
    case 'model': {
      const rows = queries.usageByDay(zone, range).filter(row => row.day >= from && row.day <= to);
      return by === 'day'
        ? { type: 'usage', by, zone, rows }
        : { type: 'usage', by, zone, rows: groupUses(rows, by) };
    }
    case 'session': {
      const rows = queries.usageBySession().filter(({ usedAt }) => usedAt >= since && usedAt < until);
      return { type: 'usage', by, rows };
    }
    case 'block': {
      const rows = queries.usageByBlock().filter(row => row.usedUntil >= since && row.usedFrom < until);
      return { type: 'usage', by, rows };
    }
    case 'budget':
      return { type: 'usage', by, rows: queries.usageByBudget() };
  }
  if (sessionId === undefined && by !== undefined)
    throw new HttpError('invalid_query', `by=${by} needs sessionId: ${by}s belong to a session`);
  if (sessionId === undefined) return { type: 'usage', ...queries.usage() };
  if (!queries.knows(sessionId))
    throw new HttpError(
      'not_found',
      `no session ${JSON.stringify(sessionId)} is known; /api/sessions tells which are`,
    );
  if (by === 'prompt') return { type: 'usage', sessionId, by, rows: queries.usageByPrompt(sessionId) };
  const usage = queries.usage(sessionId);
  if (by === undefined) return { type: 'usage', sessionId, ...usage };
  const rows = Object.entries(usage.agents ?? {}).map(([agentId, used]) => ({ agentId, ...used }));
  return { type: 'usage', sessionId, by, rows };
}
