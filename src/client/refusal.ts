// Finds out why a WebSocket did not open: the browser's API hides the HTTP answer, so the same gate is asked over HTTP.
import { RefusedError } from './errors.ts';
import type { Fetch } from './types.ts';

/** Answers of the gate that stay the same however often one asks. */
const FINAL = new Set([401, 403, 421]);
const PATIENCE_MS = 5_000;

/** The gate's refusal of this URL and token, or in words what else is in the way: nobody there, no room, draining, ... */
export async function whyNotOpened(
  url: string,
  token: string | undefined,
  stop: AbortSignal,
  ask: Fetch,
): Promise<RefusedError | string> {
  const door = new URL(url.replace(/^ws/, 'http'));
  // The gate takes the token of a URL before that of a subprotocol, but on the page that is asked only a header.
  const bearer = door.searchParams.get('token') ?? token;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const response = await ask(new URL('/api/events?limit=1', door), {
      headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
      redirect: 'manual',
      signal,
    });
    return judge(response.status, await response.json().catch(() => undefined), door);
  } catch {
    // What is said about the URL must not show a token that is in it.
    const nobody = `no daemon answers at ${url.replace(/[?#].*/s, '')}`;
    return (await hidesFromThisPage(door, signal))
      ? `a daemon answers at ${door.origin}, but not to this page: it may have come from an origin that is not in allowedOrigins of the daemon's config.json`
      : nobody;
  }
}

function judge(status: number, body: unknown, { origin, pathname }: URL): RefusedError | string {
  const { code, message } =
    (body as { error?: { code?: string; message?: string } } | undefined)?.error ?? {};
  if (FINAL.has(status)) return new RefusedError(status, code ?? 'refused', message ?? 'it gave no reason');
  if (status !== 200) return `${origin} answered ${status || 'a redirect'}${message ? `: ${message}` : ''}`;
  return ['/', '/ws'].includes(pathname)
    ? `a daemon answers at ${origin}, but took no further connection: it may hold all it is allowed to (limits.connections)`
    : `a daemon answers at ${origin}, but there is no WebSocket at ${pathname}; it is at /ws`;
}

/** Whether somebody answers whom a browser lets no page of this origin read; elsewhere nothing hides an answer. */
async function hidesFromThisPage(door: URL, signal: AbortSignal): Promise<boolean> {
  if (!('location' in globalThis)) return false;
  return fetch(new URL('/health', door), { mode: 'no-cors', signal }).then(
    () => true,
    () => false,
  );
}
