// What every file of routes is given: the application, who may pass, and how JSON that is there as text is answered.
import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { Access, Scope } from '../../../auth/index.ts';
import { withDeadline } from '../../../deadline.ts';
import type { AppEnv } from '../app-env.ts';
import type { CredentialPlaces } from '../gate.ts';
import { HttpError } from '../http-error.ts';

export type App = Hono<AppEnv>;

/** Lets those pass whose token reaches as far as a scope. @throws HttpError unauthorized, forbidden_scope */
export type Needs = (scope: Scope, places?: CredentialPlaces) => MiddlewareHandler<AppEnv>;

/** A page of ours may ask with its cookie. */
export const BROWSER: CredentialPlaces = { cookie: true };

const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };

export function json(c: Context<AppEnv>, text: string): Response {
  return c.body(text, 200, JSON_HEADERS);
}

/** JSON that is there as bytes already, sent without being joined. */
export function inPieces(c: Context<AppEnv>, pieces: readonly Buffer[]): Response {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  return c.body(stream, 200, { ...JSON_HEADERS, 'content-length': String(length) });
}

/** Whatever took a while, the token may have been revoked meanwhile. @throws HttpError unauthorized (401) */
export function checkStillValid(c: Context<AppEnv>, access: Access = c.var.access): void {
  if (!access.hasEnded) return;
  throw new HttpError(
    'unauthorized',
    'the token was replaced or revoked, or its time came to its end, before this was answered',
  );
}

/**
 * What is waited for until it is there, nobody waits any more, or the time is up.
 *
 * @param access what the one who waits is let in by. Default: the token that came with the request
 * @throws HttpError unauthorized, once that is not valid
 */
export async function whileValid<T>(
  c: Context<AppEnv>,
  timeoutMs: number,
  wait: (signal: AbortSignal) => Promise<T>,
  access: Access = c.var.access,
): Promise<T> {
  const ended = new AbortController();
  const ignore = access.onEnd(() => ended.abort());
  try {
    return await withDeadline(timeoutMs, [c.req.raw.signal, ended.signal], wait);
  } finally {
    ignore();
    checkStillValid(c, access);
  }
}

/** What is asked for takes a while: nobody is answered who does not wait any more. */
export async function whileAwaited(c: Context<AppEnv>, answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (c.req.raw.signal.aborted) return c.body(null);
    throw error;
  }
}
