// The routes about the log as a whole: what it holds, all of it as lines, and its size on the disk.
import type { Hono, MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { Scope } from '../../auth/index.ts';
import { type Compacted, exportLog, type LogReader, statsOf } from '../../log/index.ts';
import { FIXED_LIMITS } from '../../protocol/index.ts';
import type { AppEnv } from './app.ts';
import type { CredentialPlaces } from './gate.ts';
import { askedFor, NoQuery, parseQuery, WantedQuery } from './query.ts';

export interface DbOptions {
  readonly services: { readonly log: LogReader; readonly version: string };
  readonly retention: { readonly days: number; readonly bytes: number };
  /** Makes the database smaller; undefined where there is none. */
  readonly compact: () => Promise<Compacted | undefined>;
  readonly failed: (where: string, error: unknown) => void;
}

type Needs = (scope: Scope, places?: CredentialPlaces) => MiddlewareHandler<AppEnv>;

const SessionsQuery = z.strictObject({ prefix: z.string().default('') });
const EXPORT_HEADERS = { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' };

export function addDbRoutes(app: Hono<AppEnv>, needs: Needs, options: DbOptions): void {
  const { services } = options;
  app.get('/api/db', needs('read', { cookie: true }), async c => {
    parseQuery(NoQuery, c.req.queries());
    const { signal } = c.req.raw;
    try {
      return c.json({ ...(await statsOf(services.log, signal)), retention: options.retention });
    } catch (error) {
      if (signal.aborted) return c.body(null);
      throw error;
    }
  });

  app.get('/api/db/sessions', needs('read', { cookie: true }), c => {
    const { prefix } = parseQuery(SessionsQuery, c.req.queries());
    return c.json({ sessionIds: services.log.sessionIds(prefix, FIXED_LIMITS.sessionIds) });
  });

  app.get('/api/db/export', needs('read', { cookie: true }), c => {
    const { after, before, ...wanted } = parseQuery(WantedQuery, c.req.queries());
    const { filter } = askedFor(wanted);
    // Hono answers HEAD by GET's handler.
    if (c.req.method === 'HEAD') return c.body(null, 200, EXPORT_HEADERS);
    const filtered = Object.keys(wanted).length > 0;
    const { log, version } = services;
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

/** A body that is put together as fast as it is taken. What fails on the way ends the connection. */
function asBytes(
  text: AsyncGenerator<string>,
  failed: (error: unknown) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let cancelled = false;
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await text.next();
        if (cancelled) return;
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        if (cancelled) return;
        failed(error);
        controller.error(error);
      }
    },
    async cancel() {
      cancelled = true;
      await text.return(undefined);
    },
  });
}
