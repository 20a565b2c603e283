// `POST /hook`, answered on the bare request: it sits in the user's tool call, so no framework stands in its way.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { InvalidPayloadError } from '../../agents/index.ts';
import type { TakenIn } from '../../engine/index.ts';
import { answerToProbe } from '../../hook-endpoint/index.ts';
import type { WaitingHook, Woken } from '../../inbox/index.ts';
import { type BodyOptions, takeJson } from './body.ts';
import { drain } from './drain.ts';
import type { Gate } from './gate.ts';
import { HttpError } from './http-error.ts';
import { isWaiting, tellWaiting, waitingHook } from './waiting-hook.ts';

export interface HookRouteOptions {
  readonly gate: Gate;
  readonly body: BodyOptions;
  /** Takes a parsed body in, of a hook that prints what it is answered or does not say so; resolves once it is in the log. @throws InvalidPayloadError */
  readonly ingest: (body: unknown, prints: boolean) => Promise<TakenIn>;
  /** Resolves once there is something to tell a hook that waits in the background, after half a minute at most. */
  readonly wait: (hook: WaitingHook, gone: AbortSignal) => Promise<Woken>;
  /** Whether the daemon stops, and takes no more in. */
  readonly isDraining: () => boolean;
  /** Redacts what an error quotes: what somebody sent to the wrong place may be a token. */
  readonly sanitize: (text: string) => string;
  /** Told what no request is to blame for. */
  readonly failed: (error: unknown) => void;
}

export type HookRoute = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A hook that prints what it is answered says so, in any words. */
const PRINTS = 'hookline-prints';

const ACCEPTED = '{"status":"accepted"}';
const ACCEPTED_HEADERS = {
  'content-type': 'application/json',
  'content-length': String(ACCEPTED.length),
} as const;

/** Whether a request is for this route, spelt as hooks spell it. */
export const isForHook = ({ method, url = '' }: IncomingMessage): boolean =>
  method === 'POST' && (url === '/hook' || url.startsWith('/hook?'));

/** The request MUST have passed `gate.checkRoute`; its token is checked here. */
export function makeHookRoute(options: HookRouteOptions): HookRoute {
  const { gate, body, ingest, wait, isDraining } = options;
  const refuseAtTheEnd = (): void => {
    if (isDraining()) throw new HttpError('draining', 'the daemon is stopping; it takes no more events');
  };
  const takeIn = (posted: unknown, prints: boolean): Promise<TakenIn> => {
    refuseAtTheEnd();
    const answer = answerToProbe(posted);
    return answer === undefined ? ingest(posted, prints) : Promise.resolve({ answer: async () => answer });
  };
  return async (request, response) => {
    try {
      gate.authorize(request, 'ingest');
      if (isWaiting(request)) {
        const hook = await takeJson(request, body, posted => waitingHook(request, posted));
        refuseAtTheEnd();
        return tellWaiting(response, await wait(hook, goneOf(response)));
      }
      const taken = await takeJson(request, body, posted => takeIn(posted, Boolean(request.headers[PRINTS])));
      const answer = await taken.answer?.(goneOf(response));
      if (answer === undefined) response.writeHead(202, ACCEPTED_HEADERS).end(ACCEPTED);
      else send(response, 200, { 'content-type': 'application/json' }, JSON.stringify(answer));
    } catch (error) {
      const told = toTell(error, options);
      send(response, told.status, told.headers, told.body);
      drain(request);
    }
  };
}

/** Says when nobody listens to the answer any more: the agent needs none, or its session is over. */
function goneOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (response.destroyed) gone.abort();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

function toTell(error: unknown, { sanitize, failed }: HookRouteOptions): HttpError {
  if (error instanceof HttpError) return error.quoting(sanitize);
  if (error instanceof InvalidPayloadError)
    return new HttpError('invalid_payload', error.message, { cause: error }).quoting(sanitize);
  failed(error);
  return HttpError.internal();
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) }).end(body);
}
