// The HTTP routes.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { COOKIE_MS, type Keyring, type Scope, TICKET_MS, type Tickets } from '../../auth/index.ts';
import { OutOfReachError, type Services } from '../../engine/index.ts';
import type { Limits } from '../../protocol/index.ts';
import { STREAM_HEADERS, type StreamRequest } from '../ws/sse.ts';
import { type Asset, PAGE_HEADERS } from './assets.ts';
import { takeJson } from './body.ts';
import { addDbRoutes, type DbOptions } from './db.ts';
import { type CredentialPlaces, cookieName, type Gate } from './gate.ts';
import type { HookRoute } from './hook-route.ts';
import { HttpError } from './http-error.ts';
import { nothingAt } from './nothing-at.ts';
import {
  askedFor,
  EventsQuery,
  NoQuery,
  ProofQuery,
  parseQuery,
  SnapshotQuery,
  StreamQuery,
} from './query.ts';
import type { Room } from './room.ts';
import { answerUsage } from './usage.ts';

export type AppEnv = { Bindings: { incoming: IncomingMessage; outgoing: ServerResponse } };

export interface AppOptions extends Pick<DbOptions, 'compact' | 'retention'> {
  readonly gate: Gate;
  readonly keyring: Keyring;
  readonly tickets: Tickets;
  readonly services: Services;
  readonly limits: Limits;
  /** The words that run this hookline in a terminal. */
  readonly self: string;
  readonly assets: ReadonlyMap<string, Asset>;
  /** The AsyncAPI document as JSON text. */
  readonly asyncapi: string;
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly port: () => number;
  readonly hook: HookRoute;
  /** Where large bodies wait for each other. */
  readonly room: Room;
  readonly health: () => object;
  readonly metrics: () => string;
  readonly rotate: () => void;
  readonly openStream: (response: ServerResponse, request: StreamRequest) => void;
  readonly failed: (where: string, error: unknown) => void;
}

const BROWSER: CredentialPlaces = { cookie: true };
const STREAM: CredentialPlaces = { cookie: true, query: true };

export function makeApp(options: AppOptions): Hono<AppEnv> {
  const { gate, services, tickets, keyring, assets, now, room, uptime } = options;
  const app = new Hono<AppEnv>();
  const needs =
    (scope: Scope, places: CredentialPlaces = {}): MiddlewareHandler<AppEnv> =>
    async (c, next) => {
      gate.authorize(c.env.incoming, scope, places);
      await next();
    };

  // Spelt in another way than hooks do it; the others never come this far.
  app.post('/hook', async c => {
    await options.hook(c.env.incoming, c.env.outgoing);
    return RESPONSE_ALREADY_SENT;
  });

  app.get('/health', c => c.json(options.health()));
  app.get('/api/proof', c => {
    const { challenge } = parseQuery(ProofQuery, c.req.queries());
    const { localAddress: address = '', localPort: port = 0 } = c.env.incoming.socket;
    return c.json({ proof: keyring.prove({ challenge, pid: process.pid, address, port }) });
  });
  app.get('/asyncapi.json', c => c.body(options.asyncapi, 200, { 'content-type': 'application/json' }));
  app.get('/metrics', needs('read', BROWSER), c =>
    c.body(options.metrics(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  );

  app.get('/api/sessions', needs('read', BROWSER), c => {
    parseQuery(NoQuery, c.req.queries());
    return c.json({ type: 'session_list', sessions: services.sessions() });
  });
  app.get('/api/snapshot', needs('read', BROWSER), async c => {
    const { at } = parseQuery(SnapshotQuery, c.req.queries());
    if (at === undefined) return inPieces(c, services.snapshot());
    const { signal } = c.req.raw;
    try {
      return inPieces(c, await services.snapshotAt(at, signal));
    } catch (error) {
      if (signal.aborted) return c.body(null);
      if (!(error instanceof OutOfReachError)) throw error;
      throw new HttpError('invalid_query', error.message, { cause: error });
    }
  });
  app.get('/api/usage', needs('read', BROWSER), c => c.json(answerUsage(services, c.req.queries())));
  app.get('/api/events', needs('read', BROWSER), async c => {
    const { limit, after, before, from, ...wanted } = parseQuery(EventsQuery, c.req.queries());
    const { signal } = c.req.raw;
    try {
      const page = await services.history({
        limit,
        signal,
        ...askedFor(wanted),
        // "Before this one" means the events just before it; everything else pages forward.
        from: from ?? (after === undefined && before !== undefined ? 'newest' : 'oldest'),
        ...(after === undefined ? {} : { after }),
        ...(before === undefined ? {} : { before }),
      });
      return json(c, `{"events":${page.events},"hasMore":${page.hasMore}}`);
    } catch (error) {
      if (signal.aborted) return c.body(null);
      throw error;
    }
  });
  addDbRoutes(app, needs, options);

  app.get('/events', needs('read', STREAM), c => {
    const { topics = ['**'], sessionId } = parseQuery(StreamQuery, c.req.queries());
    const lastEventId = c.req.header('last-event-id');
    // Hono answers HEAD by GET's handler, and this one would never end.
    if (c.req.method === 'HEAD') return c.body(null, 200, STREAM_HEADERS);
    options.openStream(c.env.outgoing, {
      topics,
      ...(sessionId === undefined ? {} : { sessions: new Set(sessionId) }),
      ...(lastEventId === undefined ? {} : { lastEventId }),
    });
    return RESPONSE_ALREADY_SENT;
  });

  app.post('/api/token/rotate', needs('control'), c => {
    options.rotate();
    return c.json({ rotatedAt: now() });
  });
  app.post('/api/ticket', needs('control'), c =>
    c.json({ ticket: tickets.issue(uptime()), expiresInSec: TICKET_MS / 1000 }),
  );
  app.post('/api/login', async c => {
    const ticket = await takeJson(
      c.env.incoming,
      { most: 1024, room },
      body => (body as { ticket?: unknown } | null)?.ticket,
    );
    if (typeof ticket !== 'string' || !tickets.redeem(ticket, uptime())) {
      throw new HttpError(
        'unauthorized',
        `this login link was used already or is older than 30 s; run \`${options.self} open\` again`,
      );
    }
    const cookie = `${cookieName(options.port())}=${keyring.makeCookie(now())}`;
    return c.json({ status: 'ok' }, 200, {
      'set-cookie': `${cookie}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${COOKIE_MS / 1000}`,
    });
  });

  app.get('/', c => {
    let page = 'index.html';
    try {
      gate.authorize(c.env.incoming, 'read', BROWSER);
    } catch {
      page = 'login.html';
    }
    return asset(c, assets.get(page));
  });
  app.get('/docs', c => asset(c, assets.get('docs.html')));
  app.get('/assets/:path{.+}', c => {
    const found = assets.get(c.req.param('path'));
    if (!found) return c.notFound();
    // A browser may keep it, and asks every time whether it is still the same.
    const headers = { ...PAGE_HEADERS, 'cache-control': 'no-cache', etag: found.etag };
    if (c.req.header('if-none-match') === found.etag) return c.body(null, 304, headers);
    return c.body(found.body, 200, { ...headers, 'content-type': found.type });
  });

  /** What somebody sent to the wrong place may be a token, and must not stand in an error. */
  const refused = (c: Context<AppEnv>, error: HttpError): Response =>
    answer(c, error.quoting(services.clean));
  app.notFound(c => refused(c, nothingAt(app, c.req.method, c.req.path)));
  app.onError((error, c) => {
    if (error instanceof HttpError) return refused(c, error);
    options.failed(`${c.req.method} ${c.req.path}`, error);
    return answer(c, HttpError.internal());
  });
  return app;
}

const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };

function json(c: Context<AppEnv>, text: string): Response {
  return c.body(text, 200, JSON_HEADERS);
}

/** JSON that is there as bytes already, sent without being joined. */
function inPieces(c: Context<AppEnv>, pieces: readonly Buffer[]): Response {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  return c.body(stream, 200, { ...JSON_HEADERS, 'content-length': String(length) });
}

function asset(c: Context<AppEnv>, found: Asset | undefined): Response | Promise<Response> {
  return found ? c.body(found.body, 200, { ...PAGE_HEADERS, 'content-type': found.type }) : c.notFound();
}

function answer(c: Context<AppEnv>, error: HttpError): Response {
  return c.body(error.body, error.status as 400, error.headers);
}
