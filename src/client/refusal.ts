// Finds out why a WebSocket did not open: the browser's API hides the HTTP answer, so the same gate is asked over HTTP.
import { overHttp } from './address.ts';
import { RefusedError } from './errors.ts';
import type { Fetch } from './types.ts';

/** Answers of the gate that stay the same however often one asks. */
export const FINAL: ReadonlySet<number> = new Set([401, 403, 421]);
const PATIENCE_MS = 5_000;

/** The gate's refusal of this URL and token, or in words what else is in the way: nobody there, no room, draining, ... */
export async function whyNotOpened(
  url: string,
  token: string | undefined,
  stop: AbortSignal,
  ask: Fetch,
): Promise<RefusedError | string> {
  const { base: door, headers } = overHttp(url, token);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE_MS);
  const signal = AbortSignal.any([stop, late.signal]);
  try {
    const response = await ask(new URL('/api/events?limit=1', door), {
      headers,
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
  } finally {
    clearTimeout(timer);
  }
}

/** What the body of an answer says is wrong, if it is one of the daemon. */
export function errorIn(body: unknown): { readonly code?: string; readonly message?: string } {
  return (body as { error?: { code?: string; message?: string } } | null | undefined)?.error ?? {};
}

function judge(status: number, body: unknown, { origin, pathname }: URL): RefusedError | string {
  const { code, message } = errorIn(body);
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
