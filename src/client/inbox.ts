// What is sent to a name, taken a little at a time: handed out one by one, and given back when nobody wants it any more.
import type { Message } from '../protocol/index.ts';
import { ClosedError, RequestError } from './errors.ts';
import type { Http } from './http.ts';
import type { InboxOptions, TakenMessage } from './types.ts';

/** How long what was not handed out may take to be given back, in milliseconds; its lease ends by itself. */
const GIVE_BACK_MS = 1_000;

/** Asks for messages whenever the last ones were handed out, over and over. Ends quietly by the signal and with the client. */
export async function* takeFrom(
  http: Http,
  name: string,
  { max = 1, leaseMs = 30_000, signal }: InboxOptions,
): AsyncGenerator<TakenMessage, undefined, undefined> {
  const { clock } = http;
  const path = `/api/inbox/${encodeURIComponent(name)}/take`;
  const patience = { timeoutMs: Infinity, ...(signal === undefined ? {} : { signal }) };
  let waiting: Message[] = [];
  try {
    while (!signal?.aborted) {
      const body = { max, waitMs: http.pollMs, leaseMs };
      const { messages } = await http.ask<{ messages: Message[] }>({ method: 'POST', path, body }, patience);
      const leaseUntil = clock.now() + leaseMs;
      waiting = [...messages];
      while (waiting.length > 0 && !signal?.aborted) {
        // One whose lease is over is somebody else's by now, or comes again.
        if (clock.now() >= leaseUntil) waiting = [];
        const next = waiting.shift();
        if (next !== undefined) yield taken(http, name, next);
      }
    }
  } catch (error) {
    if (!signal?.aborted && !(error instanceof ClosedError)) throw error;
  } finally {
    const quick = { timeoutMs: GIVE_BACK_MS };
    const giveBack = (one: Message): Promise<void> => nack(http, name, one.id, 'not handed out', quick);
    await Promise.all(waiting.map(one => giveBack(one).catch(() => {})));
  }
}

function taken(http: Http, name: string, message: Message): TakenMessage {
  const path = `/api/messages/${message.id}/ack`;
  return {
    message,
    ack: async () => {
      await http.ask({ method: 'POST', path, body: { name } });
    },
    nack: reason => nack(http, name, message.id, reason),
  };
}

async function nack(
  http: Http,
  name: string,
  id: string,
  reason: string | undefined,
  options: { readonly timeoutMs?: number } = {},
): Promise<void> {
  const body = { name, ...(reason === undefined ? {} : { reason }) };
  try {
    await http.ask({ method: 'POST', path: `/api/messages/${id}/nack`, body }, options);
  } catch (error) {
    // It was given back already: by a try whose answer was lost, or by the end of its lease.
    if (!(error instanceof RequestError && error.code === 'conflict')) throw error;
  }
}
