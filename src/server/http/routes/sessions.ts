// The routes about sessions: which there are, their state now and at a past seq, what they used, and what they did.
import { OutOfReachError, type Queries } from '../../../engine/index.ts';
import { jsonOf, markdownOf } from '../../../story/index.ts';
import { HttpError } from '../http-error.ts';
import { ExportQuery, NoQuery, parseQuery, SnapshotQuery } from '../query.ts';
import { type App, BROWSER, inPieces, type Needs, whileAwaited } from './routes.ts';
import { answerStats } from './stats.ts';
import { asBytes, onlyWhileValid } from './streamed.ts';
import { answerUsage } from './usage.ts';

export interface SessionRoutesOptions {
  readonly queries: Queries;
  readonly failed: (where: string, error: unknown) => void;
}

const EXPORT = '/api/sessions/:id/export';
const FORMS = {
  md: { write: markdownOf, type: 'text/markdown; charset=utf-8' },
  json: { write: jsonOf, type: 'application/json' },
} as const;

export function addSessionRoutes(app: App, needs: Needs, { queries, failed }: SessionRoutesOptions): void {
  app.get('/api/sessions', needs('read', BROWSER), c => {
    parseQuery(NoQuery, c.req.queries());
    return c.json({ type: 'session_list', sessions: queries.sessions() });
  });

  app.get(EXPORT, needs('read', BROWSER), c => {
    const { format } = parseQuery(ExportQuery, c.req.queries());
    const sessionId = c.req.param('id');
    const source = queries.sessionSource(sessionId);
    if (source === undefined)
      throw new HttpError(
        'not_found',
        `there is no session ${JSON.stringify(sessionId.slice(0, 64))} in the log`,
      );
    const { write, type } = FORMS[format];
    const headers = {
      ...{ 'content-type': type, 'cache-control': 'no-store' },
      'content-disposition': `attachment; filename="${fileName(sessionId)}.${format}"`,
    };
    // Hono answers HEAD by GET's handler.
    if (c.req.method === 'HEAD') return c.body(null, 200, headers);
    onlyWhileValid(c);
    const body = asBytes(write(source), error => failed(`GET ${EXPORT}`, error));
    return c.body(body, 200, headers);
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

/** Of an id that may be anybody's, what every disk takes as a name. */
const fileName = (sessionId: string): string =>
  `session-${sessionId.replace(/[^\w-]/g, '').slice(0, 64) || 'of-another-name'}`;
