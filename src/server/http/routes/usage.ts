// What `GET /api/usage` answers: totals, of one session or of all, or rows by day or by session.
import { z } from 'zod';
import type { Queries } from '../../../engine/index.ts';
import type { BlockUsage, DayUsage, PromptUsage, SessionUsage, Usage } from '../../../protocol/index.ts';
import { HttpError } from '../http-error.ts';
import { parseQuery } from '../query.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day such as 2026-11-20');
const zone = z.string().refine(isZone, 'must be a time zone such as Europe/Berlin');
const UsageQuery = z.strictObject({
  sessionId: z.string().optional(),
  by: z.enum(['day', 'session', 'prompt', 'block'], 'must be day, session, prompt or block').optional(),
  from: day.optional(),
  to: day.optional(),
  zone: zone.optional(),
});

type UsageAnswer = { readonly type: 'usage'; readonly sessionId?: string } & (
  | Usage
  | { readonly by: 'day'; readonly zone: string; readonly rows: readonly DayUsage[] }
  | { readonly by: 'session'; readonly rows: readonly SessionUsage[] }
  | { readonly by: 'block'; readonly rows: readonly BlockUsage[] }
  | { readonly by: 'prompt'; readonly rows: readonly PromptUsage[] }
);

/** @throws HttpError invalid_query (400), not_found (404) */
export function answerUsage(queries: Queries, query: Record<string, string[]>): UsageAnswer {
  const { sessionId, by, from = '', to = '9999', zone = ownZone() } = parseQuery(UsageQuery, query);
  if (by === 'day') {
    const rows = queries.usageByDay(zone).filter(row => row.day >= from && row.day <= to);
    return { type: 'usage', by, zone, rows };
  }
  if (by === 'session') return { type: 'usage', by, rows: queries.usageBySession() };
  if (by === 'block') return { type: 'usage', by, rows: queries.usageByBlock() };
  if (sessionId === undefined && by === 'prompt')
    throw new HttpError('invalid_query', 'by=prompt needs sessionId: prompts belong to a session');
  if (sessionId === undefined) return { type: 'usage', ...queries.usage() };
  if (queries.knows(sessionId) && by === 'prompt')
    return { type: 'usage', sessionId, by, rows: queries.usageByPrompt(sessionId) };
  if (queries.knows(sessionId)) return { type: 'usage', sessionId, ...queries.usage(sessionId) };
  throw new HttpError(
    'not_found',
    `no session ${JSON.stringify(sessionId)} is known; /api/sessions tells which are`,
  );
}

/** The time zone of this machine. */
function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
