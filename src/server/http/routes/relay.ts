// The routes that relays have too, at the daemon: an event for a name, and a push for the clients of relays. The door of aio-message-bridge.
import type { Context } from 'hono';
import { z } from 'zod';
import type { Queries } from '../../../engine/index.ts';
import type { Inbox, SessionNames } from '../../../inbox/index.ts';
import {
  NewMessage,
  RELAY_NAME,
  type RelayFrame,
  readRelayFrame,
  relayPayloadProblem,
} from '../../../protocol/index.ts';
import { checkReach, signed } from '../../sender.ts';
import type { AppEnv } from '../app-env.ts';
import { takeBytes } from '../body.ts';
import { checked } from '../checked.ts';
import type { CredentialPlaces } from '../gate.ts';
import { HttpError } from '../http-error.ts';
import { parseQuery } from '../query.ts';
import type { Room } from '../room.ts';
import { told } from './message-body.ts';
import { type App, checkStillValid, type Needs } from './routes.ts';

export interface RelayRoutesOptions {
  readonly inbox: Inbox;
  readonly names: SessionNames;
  readonly queries: Queries;
  readonly room: Room;
  /** Tells those who follow `relay.pushed`; resolves once that is on record. */
  readonly push: (data: RelayFrame & { readonly to?: string }) => Promise<void>;
}

/** Largest body, in bytes. */
const BODY_MOST = 1024 * 1024;
/** Not the cookie of a page: a body of any type is taken, and whatever page somebody has open can send those. */
const PLACES: CredentialPlaces = { query: true };
const ToQuery = z.strictObject({
  to: z.string().min(1).max(256).optional(),
  // The gate's, who has seen it.
  token: z.string().optional(),
});

export function addRelayRoutes(app: App, needs: Needs, options: RelayRoutesOptions): void {
  const { inbox, names, queries, room, push } = options;

  app.post('/api/event', needs('send', PLACES), c =>
    inItsWords(c, queries, async () => {
      const { to = RELAY_NAME } = parseQuery(ToQuery, c.req.queries());
      const { type, payload = null } = await frameOf(c, room);
      const { id } = await told(async () => {
        const asked = checked(NewMessage, { to, type, payload });
        const { message, origin } = signed(asked, c.var.access, 'http', names);
        return inbox.send(message, origin);
      });
      return c.json({ ok: true, id }, 202);
    }),
  );

  app.post('/api/push', needs('send', PLACES), c =>
    inItsWords(c, queries, async () => {
      const { to } = parseQuery(ToQuery, c.req.queries());
      const frame = await frameOf(c, room);
      // Without a name it goes to everybody.
      await told(async () => checkReach(c.var.access, to ?? '*', names));
      await push({ ...frame, ...(to === undefined ? {} : { to }) });
      return c.json({ ok: true });
    }),
  );
}

/** @throws HttpError invalid_message (400), payload_too_large (413), unauthorized, once the token is not valid */
async function frameOf(c: Context<AppEnv>, room: Room): Promise<RelayFrame> {
  const body = { most: BODY_MOST, room, mend: 'put what is long into a file, and send its path' };
  const frame = await takeBytes(c.env.incoming, body, async bytes => readRelayFrame(bytes.toString()));
  checkStillValid(c);
  if ('problem' in frame) throw new HttpError('invalid_message', frame.problem);
  const problem = relayPayloadProblem(frame);
  if (problem !== undefined) throw new HttpError('payload_too_large', problem);
  return frame;
}

/** Refusals as clients of this door know them: `{"error":"text"}`. Those of the gate come before, in the words of the daemon. */
async function inItsWords(
  c: Context<AppEnv>,
  { sanitize }: Queries,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const { message, headers, status } = error.quoting(sanitize);
    return c.body(JSON.stringify({ error: message }), status as 400, headers);
  }
}
