// The routes of links that open one request, for a phone: making one, opening it once, and seeing and answering that request.
import type { Context } from 'hono';
import type { ApprovalQueue } from '../../../approvals/index.ts';
import { type AnswerLinks, LINK_MS, type Link } from '../../../auth/index.ts';
import { Answer } from '../../../protocol/index.ts';
import type { AppEnv } from '../app-env.ts';
import { takeJson } from '../body.ts';
import { checked } from '../checked.ts';
import { cookieOf, rawValues } from '../gate.ts';
import { HttpError } from '../http-error.ts';
import { LinkQuery, NoQuery, parseQuery } from '../query.ts';
import type { Room } from '../room.ts';
import { ANSWER_BODY, orRefused } from './approvals.ts';
import { type App, checkStillValid, type Needs, whileValid } from './routes.ts';

export interface AnswerLinkRoutesOptions {
  readonly approvals: ApprovalQueue;
  readonly answerLinks: AnswerLinks;
  readonly room: Room;
  /** The words that run this hookline in a terminal. */
  readonly self: string;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly port: () => number;
}

/** How long an answer to `wait` takes at most, in milliseconds: less than what proxies and tunnels cut off. */
const WAIT_MS = 25_000;
const NO_STORE = { 'cache-control': 'no-store' };

export function addAnswerLinkRoutes(app: App, needs: Needs, options: AnswerLinkRoutesOptions): void {
  const { approvals, answerLinks, room, self, uptime, port } = options;
  /** A name of its own, which nothing else looks for: it neither logs in nor out of the dashboard. */
  const cookieName = (): string => `hookline_answer_${port()}`;
  const refuse = (): never => {
    throw new HttpError(
      'unauthorized',
      `this link was used already, or is older than ${LINK_MS / 60_000} minutes, or hookline was restarted since; answer at the session's terminal, on the dashboard, or with \`${self} approvals\``,
    );
  };
  /** @throws HttpError unauthorized */
  const linkOf = (c: Context<AppEnv>): Link => {
    const key = cookieOf(c.env.incoming, cookieName()) ?? '';
    return answerLinks.find(key, c.req.param('id') ?? '', uptime()) ?? refuse();
  };

  app.post('/api/approvals/:id/link', needs('approve'), async c => {
    parseQuery(NoQuery, c.req.queries());
    const requestId = c.req.param('id');
    await orRefused(() => approvals.checkOpen(requestId));
    const ticket = answerLinks.issue({ requestId, access: c.var.access }, uptime());
    return c.json({ ticket, expiresInSec: LINK_MS / 1000 }, 200, NO_STORE);
  });

  app.post('/api/answer', async c => {
    parseQuery(NoQuery, c.req.queries());
    const body = { most: 1024, room, mend: 'send the ticket alone' };
    const ticket = await takeJson(
      c.env.incoming,
      body,
      value => (value as { ticket?: unknown } | null)?.ticket,
    );
    const link = typeof ticket === 'string' ? answerLinks.open(ticket, uptime()) : undefined;
    const { requestId, key } = link ?? refuse();
    // Whoever came through a proxy with TLS: the cookie never travels without.
    const isSecure = rawValues(c.env.incoming, 'origin')[0]?.startsWith('https:') === true;
    const path = `/api/answer/${requestId}`;
    return c.json({ requestId }, 200, {
      ...NO_STORE,
      'set-cookie': `${cookieName()}=${key}; HttpOnly; SameSite=Strict; Path=${path}; Max-Age=${LINK_MS / 1000}${isSecure ? '; Secure' : ''}`,
    });
  });

  app.get('/api/answer/:id', async c => {
    const { wait } = parseQuery(LinkQuery, c.req.queries());
    const { requestId, access } = linkOf(c);
    if (wait) await whileValid(c, WAIT_MS, gone => approvals.untilEnded(requestId, gone), access);
    const found = await orRefused(() => approvals.find(requestId));
    return c.json(found, 200, NO_STORE);
  });

  app.post('/api/answer/:id', async c => {
    parseQuery(NoQuery, c.req.queries());
    const { requestId, access } = linkOf(c);
    const answer = await takeJson(c.env.incoming, { ...ANSWER_BODY, room }, value => checked(Answer, value));
    checkStillValid(c, access);
    const by = access.reach === undefined ? 'link' : `link of ${access.holder}`;
    return c.json(await orRefused(() => approvals.answer(requestId, answer, by)));
  });
}
