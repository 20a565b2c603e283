// What `GET /api/stats` answers: tools, hours and errors over all sessions, and the cost beside them.
import { z } from 'zod';
import type { Queries } from '../../../engine/index.ts';
import type { Stats } from '../../../protocol/index.ts';
import { moment, ownZone, parseQuery, zone } from '../query.ts';

const StatsQuery = z.strictObject({
  since: moment.optional(),
  until: moment.optional(),
  zone: zone.optional(),
  project: z.string().optional(),
  tool: z.string().optional(),
});

type StatsAnswer = { readonly type: 'stats' } & Stats;

/** @throws HttpError invalid_query (400) */
export async function answerStats(queries: Queries, query: Record<string, string[]>): Promise<StatsAnswer> {
  const { zone = ownZone(), project, tool, ...range } = parseQuery(StatsQuery, query);
  const fits = project === undefined ? {} : { fits: (folder: string) => isFolder(folder, project) };
  return { type: 'stats', ...(await queries.stats({ zone, range, tool, ...fits })) };
}

/** Whether that is what a folder is called: its path, or without a slash its own name. */
function isFolder(folder: string, called: string): boolean {
  const path = folder.replace(/\/+$/, '');
  return called.includes('/')
    ? path === called.replace(/\/+$/, '')
    : path.slice(path.lastIndexOf('/') + 1) === called;
}
