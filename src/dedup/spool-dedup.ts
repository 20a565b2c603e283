// Knows what a hook told both ways: one that gets no answer in time keeps what it sent, and the daemon may find either first.
import type { Facts, SpoolFact } from './dedup-state.ts';
import { callKey, digestOf, isAside, isHook, keyOf, type LoggedEvent, telling } from './seen-index.ts';

/** How long before it was kept the other may have been taken, in milliseconds: a hook's time limit, and what a busy machine adds. */
const SENT_MS = 5000;
const NEVER = Number.NEGATIVE_INFINITY;

/**
 * The two know each other by all that they say, and by their times: the live one is taken at some time between the hook's
 * call and the moment when the daemon, at work again, has read what waits in its sockets. Two that came the same way are two.
 */
export class SpoolDedup {
  readonly #facts: Facts<SpoolFact>;

  constructor(facts: Facts<SpoolFact>) {
    this.#facts = facts;
  }

  /** Whether the same was told the other way. */
  hold(event: LoggedEvent): boolean {
    const way = wayOf(event);
    if (way === undefined) return false;
    const { liveAt = NEVER, againUntil = NEVER } = this.#facts.get(keyFor(event)) ?? {};
    return way === 'live' ? event.timestamp <= againUntil : event.timestamp - SENT_MS <= liveAt;
  }

  /** Learns from an event of the log. */
  observe(event: LoggedEvent): void {
    const way = wayOf(event);
    if (way === undefined) return;
    const key = keyFor(event);
    const { timestamp, againUntil = NEVER } = event;
    const news = way === 'live' ? { liveAt: timestamp } : { againUntil };
    this.#facts.set(key, { ...this.#facts.get(key), ...news });
  }
}

/** How it came, when it may come the other way too. Calls are known by their ids, and are many: no time is spent on them. */
function wayOf(event: LoggedEvent): 'live' | 'sent' | undefined {
  const isCall = event.type === 'tool.use' || event.type === 'tool.result';
  if (!isHook(event) || isAside(event) || (isCall && callKey(event) !== undefined)) return undefined;
  if (telling(event) === 'live') return 'live';
  return event.againUntil === undefined ? undefined : 'sent';
}

function keyFor({ type, sessionId, agentId = '', data }: LoggedEvent): string {
  const { recovered: _, requestId: __, ...said } = data; // neither of them is of the hook
  return keyOf(sessionId, agentId, type, digestOf(said));
}
