// What is shown, as a command that asks the daemon for the same: for a shell, and without the token.
import { copyText } from '../design/clipboard.ts';
import { command } from '../design/command.ts';
import type { Params } from '../live/api.ts';
import { queryOf } from '../search/query.ts';
import { href, type Route, routeOf } from './route.ts';
import { tell } from './toast.ts';

/** What is asked for is what a page of the view asks for at most. */
const LIMIT = 1000;

/** The path of the API behind a view, with its query. */
export function apiBehind(route: Route, zone: string): string {
  const { view, id, params } = route;
  const of = (name: string): string | undefined => params.get(name) ?? undefined;
  const newest = { from: 'newest', limit: LIMIT };
  switch (view) {
    case 'session':
      return at('/api/events', { sessionId: id, ...newest });
    case 'feed': {
      const topics = of('topics')
        ?.trim()
        .split(/[\s,]+/)
        .join(',');
      return at('/api/events', { topics, q: of('q'), sessionId: of('session'), ...newest });
    }
    case 'search':
      return at('/api/events', { ...queryOf(params), ...newest });
    case 'usage':
      return at('/api/usage', { by: 'day', zone });
    case 'inbox':
      return id === '' ? '/api/messages' : `/api/messages/${encodeURIComponent(id)}`;
    default:
      return at('/api/snapshot', { at: of('at') });
  }
}

/** A path with a query, of which what is not given is left out. */
const at = (path: string, query: Params): string => path + href('board', '', query).replace('#/', '');

/** The command; `$HOOKLINE_TOKEN` stays for the shell to fill in. */
export const curlOf = (url: string): string =>
  `curl -fsS -H "authorization: Bearer $HOOKLINE_TOKEN" ${quote(url)}`;

/** One word for any shell like sh, whatever is in it. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Copies the command for what is shown now, and says so. */
export async function copyCurl(): Promise<void> {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const text = curlOf(location.origin + apiBehind(routeOf(location.hash), zone));
  const isCopied = await copyText(text);
  tell(
    isCopied
      ? `The command is copied. Put into HOOKLINE_TOKEN what this prints: ${command('token')}`
      : 'This browser does not let pages copy.',
    6000,
  );
}
