// Hooks at an even pace: what many busy sessions at once are for the daemon, and for whoever watches it.
import { setTimeout as delay } from 'node:timers/promises';

const SESSIONS = 5;
/** Each under way has a connection of its own. */
const MOST_AT_ONCE = 200;

interface Where {
  readonly url: string;
  readonly token: string;
}

async function head({ url }: Where): Promise<number> {
  const ask = (): Promise<Response> => fetch(`${url}/health`);
  // The first may meet a connection that the daemon has just closed.
  return ((await (await ask().catch(ask)).json()) as { seq: number }).seq;
}

export interface Reached {
  /** Events that came about, a second. */
  readonly perSecond: number;
  /** The seq of the newest event afterwards. */
  readonly head: number;
}

/**
 * Posts `count` hooks, `perSecond` of them a second if the machine can; each is an event, and now and then another
 * one that follows from it. Resolves with what it came to.
 */
export async function load(where: Where, count: number, perSecond: number): Promise<Reached> {
  const before = await head(where);
  const pending = new Set<Promise<void>>();
  let failure: unknown;
  const from = performance.now();
  for (let sent = 0; sent < count; await delay(10)) {
    const due = Math.min(count, Math.floor(((performance.now() - from) / 1000) * perSecond));
    for (; sent < due && pending.size < MOST_AT_ONCE; sent++) {
      const one = post(where, sent)
        .catch((error: unknown) => {
          failure ??= error;
        })
        .finally(() => pending.delete(one));
      pending.add(one);
    }
  }
  await Promise.all(pending);
  if (failure !== undefined) throw failure;
  const seconds = (performance.now() - from) / 1000;
  const after = await head(where);
  return { perSecond: (after - before) / seconds, head: after };
}

async function post({ url, token }: Where, index: number): Promise<void> {
  const send = (): Promise<Response> =>
    fetch(`${url}/hook`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        session_id: `load-${index % SESSIONS}`,
        cwd: '/home/dev/shop',
        hook_event_name: 'Notification',
        message: `event ${index} of the load, with about as many words as events have`,
      }),
    });
  // The first may meet a connection kept from a daemon that was killed.
  const answer = await send().catch(send);
  await answer.arrayBuffer();
  if (answer.status !== 202) throw new Error(`the daemon answered a hook with ${answer.status}`);
}
