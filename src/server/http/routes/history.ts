// The routes about sessions from before hookline: how many there are, and taking them in.
import { NoPastLogError } from '../../../engine/index.ts';
import { type History, HistoryBusyError } from '../../../history/index.ts';
import { HistoryRequest } from '../../../protocol/index.ts';
import { takeJson } from '../body.ts';
import { checked } from '../checked.ts';
import { HttpError } from '../http-error.ts';
import { NoQuery, parseQuery } from '../query.ts';
import type { Room } from '../room.ts';
import { type App, BROWSER, checkStillValid, type Needs } from './routes.ts';

export interface HistoryRoutesOptions {
  readonly history: History;
  readonly room: Room;
}

/** Largest body, in bytes. */
const BODY_MOST = 16 * 1024;

export function addHistoryRoutes(app: App, needs: Needs, { history, room }: HistoryRoutesOptions): void {
  app.get('/api/history', needs('read', BROWSER), c => {
    parseQuery(NoQuery, c.req.queries());
    return c.json(history.status());
  });

  app.post('/api/history/import', needs('control', BROWSER), async c => {
    const body = { most: BODY_MOST, room, mend: 'send only what is to be taken in' };
    const asked = await takeJson(c.env.incoming, body, value => checked(HistoryRequest, value));
    checkStillValid(c);
    await told(() => history.take(asked));
    return c.json(history.status(), 202);
  });

  app.delete('/api/history/import', needs('control', BROWSER), async c => {
    await history.end();
    return c.json(history.status());
  });
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HistoryBusyError) throw new HttpError('conflict', error.message, { cause: error });
    if (error instanceof NoPastLogError) throw new HttpError('not_durable', error.message, { cause: error });
    throw error;
  }
}
