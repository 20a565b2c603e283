// What every file of routes is given: the application, who may pass, and how JSON that is there as text is answered.
import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { Scope } from '../../../auth/index.ts';
import type { AppEnv } from '../app-env.ts';
import type { CredentialPlaces } from '../gate.ts';

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

/** What is asked for takes a while: nobody is answered who does not wait any more. */
export async function whileAwaited(c: Context<AppEnv>, answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (c.req.raw.signal.aborted) return c.body(null);
    throw error;
  }
}
