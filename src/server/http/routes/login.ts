// The routes about who may come in: new tokens, and the login of a browser by a ticket that is good once.
import { COOKIE_MS, type Keyring, TICKET_MS, type Tickets } from '../../../auth/index.ts';
import { takeJson } from '../body.ts';
import { cookieName } from '../gate.ts';
import { HttpError } from '../http-error.ts';
import { parseQuery, TicketQuery } from '../query.ts';
import type { Room } from '../room.ts';
import type { App, Needs } from './routes.ts';

export interface LoginRoutesOptions {
  readonly keyring: Keyring;
  readonly tickets: Tickets;
  /** Where large bodies wait for each other. */
  readonly room: Room;
  /** The words that run this hookline in a terminal. */
  readonly self: string;
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly port: () => number;
  readonly rotate: () => void;
}

export function addLoginRoutes(app: App, needs: Needs, options: LoginRoutesOptions): void {
  const { keyring, tickets, room, self, now, uptime, port, rotate } = options;
  app.post('/api/token/rotate', needs('control'), c => {
    rotate();
    return c.json({ rotatedAt: now() });
  });

  app.post('/api/ticket', needs('control'), c => {
    const { readOnly } = parseQuery(TicketQuery, c.req.queries());
    const ticket = tickets.issue(readOnly ? 'onlooker' : 'user', uptime());
    return c.json({ ticket, expiresInSec: TICKET_MS / 1000 });
  });

  app.post('/api/login', async c => {
    const ticket = await takeJson(
      c.env.incoming,
      { most: 1024, room, mend: 'send the ticket alone' },
      body => (body as { ticket?: unknown } | null)?.ticket,
    );
    const visitor = typeof ticket === 'string' ? tickets.redeem(ticket, uptime()) : undefined;
    if (visitor === undefined) {
      throw new HttpError(
        'unauthorized',
        `this login link was used already or is older than 30 s; run \`${self} open\` again`,
      );
    }
    const cookie = `${cookieName(port())}=${keyring.makeCookie(visitor, now())}`;
    return c.json({ status: 'ok', readOnly: visitor === 'onlooker' }, 200, {
      'set-cookie': `${cookie}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${COOKIE_MS / 1000}`,
    });
  });
}
