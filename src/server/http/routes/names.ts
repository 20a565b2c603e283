// The routes about names: who is called what, and how they are reached.
import { z } from 'zod';
import { elsewhere, type Inbox, type NameState, roomAt, type SessionNames } from '../../../inbox/index.ts';
import { Name } from '../../../protocol/index.ts';
import { HttpError } from '../http-error.ts';
import type { Room } from '../room.ts';
import { bodyReader, told } from './message-body.ts';
import { type App, BROWSER, type Needs } from './routes.ts';

export interface NameRoutesOptions {
  readonly inbox: Inbox;
  readonly names: SessionNames;
  readonly room: Room;
}

/** Nobody has the name of a room, for many may be in it, and nobody here an address of another machine. */
const isName = (name: string): boolean => roomAt(name) === undefined && elsewhere(name) === undefined;

const Binding = z.strictObject({
  sessionId: z.string().min(1).max(256).optional(),
  groups: z.array(Name).max(100).optional(),
  take: z.boolean().optional(),
});

export function addNameRoutes(app: App, needs: Needs, { inbox, names, room }: NameRoutesOptions): void {
  const bodyOf = bodyReader(room);
  const withWays = (state: NameState): object => ({
    ...state,
    ways: state.live && state.sessionId !== undefined ? inbox.waysTo(state.sessionId) : [],
  });

  app.get('/api/names', needs('read', BROWSER), c =>
    c.json({ names: names.list(inbox.names.filter(isName)).map(withWays) }),
  );
  app.put('/api/names/:name', needs('control', BROWSER), async c => {
    const binding = await bodyOf(c, Binding);
    return c.json(withWays(await told(() => names.bind(c.req.param('name'), binding))));
  });
  app.delete('/api/names/:name', needs('control', BROWSER), async c => {
    const name = c.req.param('name');
    if (await names.remove(name)) return c.json(withWays(names.stateOf(name)));
    throw new HttpError('not_found', `${JSON.stringify(name.slice(0, 64))} was not given to anybody`);
  });
}
