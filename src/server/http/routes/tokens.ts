// The routes about tokens that the user makes for others: making one, the list, and taking one away.
import { GrantError, type Granted, type Grants, NewGrant } from '../../../auth/index.ts';
import { takeJson } from '../body.ts';
import { checked } from '../checked.ts';
import type { CredentialPlaces } from '../gate.ts';
import { HttpError } from '../http-error.ts';
import { NoQuery, parseQuery } from '../query.ts';
import type { Room } from '../room.ts';
import type { App, Needs } from './routes.ts';

export interface TokenRoutesOptions {
  readonly grants: Grants;
  readonly room: Room;
}

/** Largest body, in bytes. */
const BODY_MOST = 16 * 1024;
const NO_STORE = { 'cache-control': 'no-store' };

/** Not the cookie of a page, and not nobody: whoever gets hold of that must not get hold of more. */
const ALWAYS: CredentialPlaces = { always: true };

export function addTokenRoutes(app: App, needs: Needs, { grants, room }: TokenRoutesOptions): void {
  app.get('/api/tokens', needs('control', ALWAYS), c => {
    parseQuery(NoQuery, c.req.queries());
    return c.json({ tokens: told(() => grants.list()) });
  });

  app.post('/api/tokens', needs('control', ALWAYS), async c => {
    const body = { most: BODY_MOST, room, mend: 'send only what the token is for' };
    const asked = await takeJson(c.env.incoming, body, value => checked(NewGrant, value));
    const granted: Granted = told(() => grants.create(asked));
    return c.json(granted, 201, NO_STORE);
  });

  app.delete('/api/tokens/:name', needs('control', ALWAYS), c => {
    const name = c.req.param('name');
    told(() => grants.revoke(name));
    return c.json({ revoked: name });
  });
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof GrantError)) throw error;
    throw new HttpError(error.code, error.message, { cause: error });
  }
}
