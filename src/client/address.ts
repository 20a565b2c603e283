// Where to connect, and with which token: what the program gave, checked before a WebSocket trips over it.
import type { Fresh } from './types.ts';

/** What a subprotocol may consist of (a token of RFC 9110); the token travels as one. */
const SENDABLE = /^[\w!#$%&'*+.^`|~-]*$/;

/**
 * A URL as a WebSocket takes it.
 *
 * @throws TypeError for anything that is no URL of a daemon
 */
export function addressOf(url: unknown): string {
  const { protocol } = typeof url === 'string' && URL.canParse(url) ? new URL(url) : { protocol: '' };
  if (typeof url !== 'string' || !['ws:', 'wss:', 'http:', 'https:'].includes(protocol)) {
    throw new TypeError(`url is ${JSON.stringify(url)}, but it must be such as ws://127.0.0.1:3838/ws`);
  }
  // WebSockets of older browsers do not take `http:` and `https:`.
  return url.replace(/^http/i, 'ws');
}

/**
 * A token without the line end of the file it was read from.
 *
 * @throws TypeError for one that cannot be sent; it is not in the message, for it may be a secret all the same
 */
export function sendable(token: unknown): string | undefined {
  if (token === undefined || token === null) return undefined;
  const bare = typeof token === 'string' ? token.trim() : undefined;
  if (bare !== undefined && SENDABLE.test(bare)) return bare;
  throw new TypeError(
    'token is no token: pass the text of the file `token` in HOOKLINE_HOME, or a function that returns it',
  );
}

/** What the program gave, asked for anew where it is a function. @throws what that throws */
export async function resolveFresh<T>(value: Fresh<T>): Promise<T> {
  return typeof value === 'function' ? (value as () => T | Promise<T>)() : value;
}

/** The same daemon over HTTP, and the headers that let in there. A token in the URL goes before the other one, as at the gate. */
export function overHttp(
  url: string,
  token: string | undefined,
): { readonly base: URL; readonly headers: Record<string, string> } {
  const base = new URL(url.replace(/^ws/, 'http'));
  const bearer = base.searchParams.get('token') ?? token;
  return { base, headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` } };
}
