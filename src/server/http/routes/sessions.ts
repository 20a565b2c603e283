// The routes about sessions: which there are, their state now and at a past seq, what they used, and what they did.
import { OutOfReachError, type Queries } from '../../../engine/index.ts';
import { HttpError } from '../http-error.ts';
import { NoQuery, parseQuery, SnapshotQuery } from '../query.ts';
import { type App, BROWSER, inPieces, type Needs, whileAwaited } from './routes.ts';
import { answerStats } from './stats.ts';
import { answerUsage } from './usage.ts';

export interface SessionRoutesOptions {
  readonly queries: Queries;
}

export function addSessionRoutes(app: App, needs: Needs, { queries }: SessionRoutesOptions): void {
  app.get('/api/sessions', needs('read', BROWSER), c => {
    parseQuery(NoQuery, c.req.queries());
    return c.json({ type: 'session_list', sessions: queries.sessions() });
  });

  app.get('/api/snapshot', needs('read', BROWSER), c => {
    const { at } = parseQuery(SnapshotQuery, c.req.queries());
    if (at === undefined) return inPieces(c, queries.snapshot());
    return whileAwaited(c, async () => {
      try {
        return inPieces(c, await queries.snapshotAt(at, c.req.raw.signal));
      } catch (error) {
        if (!(error instanceof OutOfReachError)) throw error;
        throw new HttpError('invalid_query', error.message, { cause: error });
      }
    });
  });

  app.get('/api/usage', needs('read', BROWSER), c => c.json(answerUsage(queries, c.req.queries())));

  app.get('/api/stats', needs('read', BROWSER), c =>
    whileAwaited(c, async () => c.json(await answerStats(queries, c.req.queries()))),
  );
}
