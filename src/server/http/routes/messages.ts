// The routes about messages: sending, taking, acknowledging, and what is known of each.
import type { Context } from 'hono';
import { z } from 'zod';
import { type Inbox, InboxError, type Origin } from '../../../inbox/index.ts';
import { MessageState, NewMessage, VIAS } from '../../../protocol/index.ts';
import type { AppEnv } from '../app-env.ts';
import { takeJson } from '../body.ts';
import { rawValues } from '../gate.ts';
import { HttpError } from '../http-error.ts';
import { NoQuery, parseQuery } from '../query.ts';
import type { Room } from '../room.ts';
import { type App, BROWSER, type Needs } from './routes.ts';

export interface MessageRoutesOptions {
  readonly inbox: Inbox;
  readonly room: Room;
}

/** Largest body, in bytes: a text of 64 KiB, each character of it escaped, and what comes with it. */
const BODY_MOST = 1024 * 1024;
/** How long an answer may be waited for, in milliseconds: with one question, at most, and when nobody says. */
const WAIT = { most: 30_000, fallback: 30_000 };

const WaitQuery = z.strictObject({
  wait: MessageState.optional(),
  timeoutMs: z.coerce.number().int().min(0).max(WAIT.most).default(WAIT.fallback),
});
const ListQuery = z.strictObject({
  to: z.string().optional(),
  from: z.string().optional(),
  state: MessageState.optional(),
  key: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  before: z.string().optional(),
});
const Take = z.strictObject({
  max: z.int().min(1).max(100).default(10),
  waitMs: z.int().min(0).max(WAIT.most).default(0),
  leaseMs: z.int().min(1000).max(3600_000).default(30_000),
});
const Ack = z.strictObject({ name: z.string().min(1).max(256) });
const Nack = Ack.extend({ reason: z.string().min(1).max(256).optional() });

/** Programs of ours say what they are; nobody is believed more for it. */
const Via = z.enum(VIAS).catch('http');

export function addMessageRoutes(app: App, needs: Needs, { inbox, room }: MessageRoutesOptions): void {
  const bodyOf = <T>(c: Context<AppEnv>, schema: z.ZodType<T>): Promise<T> =>
    takeJson(
      c.env.incoming,
      { most: BODY_MOST, room, mend: 'put what is long into a file, and name that under files' },
      body => checked(schema, body),
    );

  app.post('/api/messages', needs('send', BROWSER), async c => {
    parseQuery(NoQuery, c.req.queries());
    const message = await bodyOf(c, NewMessage);
    const key = rawValues(c.env.incoming, 'idempotency-key')[0] ?? message.key;
    const sent = await told(() =>
      inbox.send({ ...message, ...(key === undefined ? {} : { key }) }, origin(c, message)),
    );
    return c.json(sent, sent.duplicate ? 200 : 202);
  });

  app.get('/api/messages', needs('read', BROWSER), c => {
    const { limit, before, ...filter } = parseQuery(ListQuery, c.req.queries());
    return c.json(inbox.view.list(filter, limit, before));
  });

  app.get('/api/messages/:id', needs('read', BROWSER), async c => {
    const { wait, timeoutMs } = parseQuery(WaitQuery, c.req.queries());
    const id = c.req.param('id');
    const signal = AbortSignal.any([
      c.req.raw.signal,
      AbortSignal.timeout(wait === undefined ? 0 : timeoutMs),
    ]);
    const message = wait === undefined ? inbox.view.find(id) : await inbox.view.waitFor(id, wait, signal);
    if (message === undefined) throw noSuch(id);
    return c.json(message);
  });

  app.delete('/api/messages/:id', needs('send', BROWSER), async c =>
    c.json(await told(() => inbox.cancel(c.req.param('id')))),
  );
  app.post('/api/messages/:id/retry', needs('send', BROWSER), async c =>
    c.json(await told(() => inbox.retry(c.req.param('id')))),
  );
  app.post('/api/messages/:id/ack', needs('send', BROWSER), async c => {
    const { name } = await bodyOf(c, Ack);
    return c.json(await told(() => inbox.ack(c.req.param('id'), name)));
  });
  app.post('/api/messages/:id/nack', needs('send', BROWSER), async c => {
    const { name, reason } = await bodyOf(c, Nack);
    return c.json(await told(() => inbox.nack(c.req.param('id'), name, reason)));
  });

  app.get('/api/inbox', needs('read', BROWSER), c => c.json({ inboxes: inbox.view.overview() }));
  app.get('/api/inbox/:name', needs('read', BROWSER), c =>
    c.json({ messages: inbox.view.peek(c.req.param('name')) }),
  );
  app.delete('/api/inbox/:name', needs('control', BROWSER), async c =>
    c.json({ purged: await inbox.purge(c.req.param('name')) }),
  );
  app.post('/api/inbox/:name/take', needs('send', BROWSER), async c => {
    const { max, waitMs, leaseMs } = await bodyOf(c, Take);
    const name = c.req.param('name');
    const until = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(waitMs)]);
    if (waitMs > 0) await inbox.view.untilQueued(name, until);
    // Whoever is gone would keep from others what it cannot have.
    if (c.req.raw.signal.aborted) return c.body(null);
    return c.json({ messages: await inbox.take(name, { max, leaseMs }) });
  });
}

/** Whoever has the token is the user, who may write in anybody's name; that it is theirs is certain only of the way in itself. */
function origin(c: Context<AppEnv>, { from }: NewMessage): Origin {
  const via = Via.parse(rawValues(c.env.incoming, 'hookline-via')[0]);
  return { via, verified: from === undefined || from === via };
}

/** @throws HttpError invalid_message (400), naming every field that is wrong */
function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const said = parsed.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter(Boolean).join(': '),
  );
  throw new HttpError('invalid_message', `the body is not right: ${said.join('; ')}`);
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InboxError)) throw error;
    const code = error.code === 'message_too_large' ? 'payload_too_large' : error.code;
    throw new HttpError(code, error.message, { cause: error });
  }
}

function noSuch(id: string): HttpError {
  return new HttpError('not_found', `there is no message ${JSON.stringify(id.slice(0, 64))}`);
}
