// The routes about events: pages of the log, and the stream of what is new as Server-Sent Events.
import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Access } from '../../../auth/index.ts';
import type { Queries } from '../../../engine/index.ts';
import { STREAM_HEADERS, type StreamRequest } from '../event-stream.ts';
import type { CredentialPlaces } from '../gate.ts';
import { HttpError } from '../http-error.ts';
import { askedFor, EventsQuery, HistogramQuery, parseQuery, StreamQuery } from '../query.ts';
import { type App, BROWSER, json, type Needs, whileAwaited } from './routes.ts';

export interface EventRoutesOptions {
  readonly queries: Queries;
  readonly openStream: (response: ServerResponse, request: StreamRequest, access: Access) => void;
}

/** An EventSource can set no headers. */
const STREAM: CredentialPlaces = { cookie: true, query: true };

export function addEventRoutes(app: App, needs: Needs, { queries, openStream }: EventRoutesOptions): void {
  app.get('/api/events', needs('read', BROWSER), c => {
    const { limit, after, before, from, log, ...wanted } = parseQuery(EventsQuery, c.req.queries());
    return whileAwaited(c, async () => {
      const page = await queries.history({
        limit,
        signal: c.req.raw.signal,
        ...askedFor(wanted),
        // "Before this one" means the events just before it; everything else pages forward.
        from: from ?? (after === undefined && before !== undefined ? 'newest' : 'oldest'),
        ...(after === undefined ? {} : { after }),
        ...(before === undefined ? {} : { before }),
        ...(log === undefined ? {} : { past: log === 'history' }),
      });
      const past = page.past === undefined ? '' : `,"log":"history","epoch":${JSON.stringify(page.past)}`;
      return json(c, `{"events":${page.events},"hasMore":${page.hasMore}${past}}`);
    });
  });

  app.get('/api/histogram', needs('read', BROWSER), c => {
    const { buckets, ...wanted } = parseQuery(HistogramQuery, c.req.queries());
    const { since, until } = wanted;
    if (since !== undefined && until !== undefined && since >= until)
      throw new HttpError('invalid_query', 'the query is not right: since must be before until');
    const { filter } = askedFor(wanted);
    return whileAwaited(c, async () => {
      const key = JSON.stringify(wanted);
      const histogram = await queries.histogram({ filter, key, buckets, signal: c.req.raw.signal });
      return json(c, JSON.stringify({ type: 'histogram', ...histogram }));
    });
  });

  app.get('/events', needs('read', STREAM), c => {
    const { topics = ['**'], sessionId } = parseQuery(StreamQuery, c.req.queries());
    const lastEventId = c.req.header('last-event-id');
    // Hono answers HEAD by GET's handler, and this one would never end.
    if (c.req.method === 'HEAD') return c.body(null, 200, STREAM_HEADERS);
    const wanted = {
      topics,
      ...(sessionId === undefined ? {} : { sessions: new Set(sessionId) }),
      ...(lastEventId === undefined ? {} : { lastEventId }),
    };
    openStream(c.env.outgoing, wanted, c.var.access);
    return RESPONSE_ALREADY_SENT;
  });
}
