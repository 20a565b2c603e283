// The routes about the log as a whole: what it holds, all of it as lines, and its size on the disk.
import { z } from 'zod';
import type { Queries } from '../../../engine/index.ts';
import { type Compacted, exportLog, statsOf } from '../../../log/index.ts';
import { FIXED_LIMITS } from '../../../protocol/index.ts';
import { askedFor, NoQuery, parseQuery, WantedQuery } from '../query.ts';
import { type App, BROWSER, type Needs, whileAwaited } from './routes.ts';
import { asBytes, onlyWhileValid } from './streamed.ts';

export interface DbRoutesOptions {
  readonly queries: Queries;
  readonly retention: { readonly days: number; readonly bytes: number };
  /** Makes the database smaller; undefined where there is none. */
  readonly compact: () => Promise<Compacted | undefined>;
  readonly failed: (where: string, error: unknown) => void;
}

const SessionsQuery = z.strictObject({ prefix: z.string().default('') });
const EXPORT_HEADERS = { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' };

export function addDbRoutes(app: App, needs: Needs, options: DbRoutesOptions): void {
  const { queries } = options;
  app.get('/api/db', needs('read', BROWSER), c => {
    parseQuery(NoQuery, c.req.queries());
    return whileAwaited(c, async () =>
      c.json({ ...(await statsOf(queries.log, c.req.raw.signal)), retention: options.retention }),
    );
  });

  app.get('/api/db/sessions', needs('read', BROWSER), c => {
    const { prefix } = parseQuery(SessionsQuery, c.req.queries());
    return c.json({ sessionIds: queries.sessionIds(prefix, FIXED_LIMITS.sessionIds) });
  });

  app.get('/api/db/export', needs('read', BROWSER), c => {
    const { after, before, ...wanted } = parseQuery(WantedQuery, c.req.queries());
    const { filter } = askedFor(wanted);
    // Hono answers HEAD by GET's handler.
    if (c.req.method === 'HEAD') return c.body(null, 200, EXPORT_HEADERS);
    onlyWhileValid(c);
    const filtered = Object.keys(wanted).length > 0;
    const { log, version } = queries;
    const text = exportLog(log, { version, after, before, filter: filtered ? filter : undefined });
    return c.body(
      asBytes(text, error => options.failed('GET /api/db/export', error)),
      200,
      EXPORT_HEADERS,
    );
  });

  app.post('/api/db/vacuum', needs('control'), async c => {
    return c.json((await options.compact()) ?? {});
  });
}
