// The routes about messages: sending, taking, acknowledging, and what is known of each.
import type { Context } from 'hono';
import { z } from 'zod';
import type { Inbox, SessionNames } from '../../../inbox/index.ts';
import { FIXED_LIMITS, MESSAGE_STATES, MessageState, NewMessage, VIAS } from '../../../protocol/index.ts';
import { checkReach, reachesMessage, signed } from '../../sender.ts';
import type { AppEnv } from '../app-env.ts';
import { rawValues } from '../gate.ts';
import { HttpError } from '../http-error.ts';
import { NoQuery, parseQuery } from '../query.ts';
import type { Room } from '../room.ts';
import { bodyReader, told } from './message-body.ts';
import { type App, BROWSER, type Needs, whileValid } from './routes.ts';

export interface MessageRoutesOptions {
  readonly inbox: Inbox;
  readonly names: SessionNames;
  readonly room: Room;
}

/** How long an answer may be waited for, in milliseconds: with one question, at most, and when nobody says. */
const WAIT = { most: 30_000, fallback: 30_000 };

const WaitQuery = z.strictObject({
  wait: z.enum([...MESSAGE_STATES, 'answered']).optional(),
  timeoutMs: z.coerce.number().int().min(0).max(WAIT.most).default(WAIT.fallback),
});
const ListQuery = z.strictObject({
  to: z.string().optional(),
  from: z.string().optional(),
  state: MessageState.optional(),
  key: z.string().optional(),
  inReplyTo: z.string().optional(),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(FIXED_LIMITS.listedMessages)
    .default(FIXED_LIMITS.listedMessagesDefault),
  before: z.string().optional(),
});
const Take = z.strictObject({
  max: z.int().min(1).max(100).default(10),
  waitMs: z.int().min(0).max(WAIT.most).default(0),
  leaseMs: z.int().min(1000).max(3600_000).default(30_000),
  inReplyTo: z.string().min(1).max(256).optional(),
});
const Ack = z.strictObject({ name: z.string().min(1).max(256) });
const Nack = Ack.extend({ reason: z.string().min(1).max(256).optional() });

/** Programs of ours say what they are; nobody is believed more for it. */
const Via = z.enum(VIAS).catch('http');

export function addMessageRoutes(app: App, needs: Needs, options: MessageRoutesOptions): void {
  const { inbox, names, room } = options;
  const bodyOf = bodyReader(room);
  /** A token that was made for somebody does not learn of messages that are none of theirs. @throws HttpError not_found */
  const checkIsTheirs = ({ var: { access } }: Context<AppEnv>, id: string): void => {
    const message = access.reach && inbox.view.find(id);
    if (access.reach && !(message && reachesMessage(access, message, names))) throw noSuch(id);
  };
  /** The same for one that they took. @throws InboxError forbidden, HttpError not_found */
  const checkIsTaken = ({ var: { access } }: Context<AppEnv>, id: string, name: string): void => {
    checkReach(access, name, names);
    const isFor = (): boolean => inbox.view.find(id)?.recipients.some(one => one.name === name) === true;
    if (access.reach && !isFor()) throw noSuch(id);
  };

  app.post('/api/messages', needs('send', BROWSER), async c => {
    parseQuery(NoQuery, c.req.queries());
    const asked = await bodyOf(c, NewMessage);
    const key = rawValues(c.env.incoming, 'idempotency-key')[0] ?? asked.key;
    const via = Via.parse(rawValues(c.env.incoming, 'hookline-via')[0]);
    const sent = await told(async () => {
      const { message, origin } = signed(asked, c.var.access, via, names);
      return inbox.send({ ...message, ...(key === undefined ? {} : { key }) }, origin);
    });
    return c.json(sent, sent.duplicate ? 200 : 202);
  });

  app.get('/api/messages', needs('read', BROWSER), c => {
    const { limit, before, ...filter } = parseQuery(ListQuery, c.req.queries());
    return c.json(inbox.view.list(filter, limit, before));
  });

  app.get('/api/messages/:id', needs('read', BROWSER), async c => {
    const { wait, timeoutMs } = parseQuery(WaitQuery, c.req.queries());
    const id = c.req.param('id');
    const message =
      wait === undefined
        ? inbox.view.find(id)
        : await whileValid(c, timeoutMs, signal => inbox.view.waitFor(id, wait, signal));
    if (message === undefined) throw noSuch(id);
    return c.json(message);
  });

  app.delete('/api/messages/:id', needs('send', BROWSER), async c => {
    checkIsTheirs(c, c.req.param('id'));
    return c.json(await told(() => inbox.cancel(c.req.param('id'))));
  });
  app.post('/api/messages/:id/retry', needs('send', BROWSER), async c => {
    checkIsTheirs(c, c.req.param('id'));
    return c.json(await told(() => inbox.retry(c.req.param('id'))));
  });
  app.post('/api/messages/release', needs('control', BROWSER), async c =>
    c.json({ released: await inbox.releaseAll() }),
  );
  app.post('/api/messages/:id/release', needs('control', BROWSER), async c =>
    c.json(await told(() => inbox.release(c.req.param('id')))),
  );
  app.post('/api/messages/:id/ack', needs('send', BROWSER), async c => {
    const { name } = await bodyOf(c, Ack);
    return c.json(
      await told(async () => {
        checkIsTaken(c, c.req.param('id'), name);
        return inbox.ack(c.req.param('id'), name);
      }),
    );
  });
  app.post('/api/messages/:id/nack', needs('send', BROWSER), async c => {
    const { name, reason } = await bodyOf(c, Nack);
    return c.json(
      await told(async () => {
        checkIsTaken(c, c.req.param('id'), name);
        return inbox.nack(c.req.param('id'), name, reason);
      }),
    );
  });

  app.delete('/api/dead', needs('control', BROWSER), async c => {
    parseQuery(NoQuery, c.req.queries());
    return c.json({ purged: await inbox.purgeDead() });
  });

  app.get('/api/inbox', needs('read', BROWSER), c => c.json({ inboxes: inbox.view.overview() }));
  app.get('/api/inbox/:name', needs('read', BROWSER), c =>
    c.json({ messages: inbox.view.peek(c.req.param('name')) }),
  );
  app.delete('/api/inbox/:name', needs('control', BROWSER), async c =>
    c.json({ purged: await inbox.purge(c.req.param('name')) }),
  );
  app.post('/api/inbox/:name/take', needs('send', BROWSER), async c => {
    const { max, waitMs, leaseMs, inReplyTo } = await bodyOf(c, Take);
    const name = c.req.param('name');
    await told(async () => checkReach(c.var.access, name, names));
    if (waitMs > 0) await whileValid(c, waitMs, signal => inbox.view.untilQueued(name, signal, inReplyTo));
    // Whoever is gone would keep from others what it cannot have.
    if (c.req.raw.signal.aborted) return c.body(null);
    return c.json({ messages: await inbox.take(name, { max, leaseMs, inReplyTo }) });
  });
}

function noSuch(id: string): HttpError {
  return new HttpError('not_found', `there is no message ${JSON.stringify(id.slice(0, 64))}`);
}
