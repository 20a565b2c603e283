// A memory that is bounded, and yet forgets nothing about the sessions that are pinned in it.
import { boundedFacts, type DedupState, type Facts } from './dedup-state.ts';
import { sessionOfKey } from './seen-index.ts';

export interface PinnedState extends DedupState {
  /** Keeps all about a session from now on, besides what was learnt about its past. */
  pin(sessionId: string, past: DedupState): void;
  unpin(sessionId: string): void;
}

/** A memory without bounds, to learn the past of one session with. */
export function unboundedState(): DedupState {
  const all = <F>(): Facts<F> => boundedFacts<F>(Number.POSITIVE_INFINITY);
  return {
    sessions: all(),
    calls: all(),
    agents: all(),
    whereabouts: all(),
    turns: all(),
    words: all(),
    spooled: all(),
    twins: all(),
  };
}

/** What is recent stands before what is past. */
export function pinnedState(recent: DedupState): PinnedState {
  const pinned = new Map<string, DedupState>();

  function layered<K extends 'calls' | 'agents' | 'turns' | 'words'>(kind: K): DedupState[K] {
    type F = DedupState[K] extends Facts<infer Fact> ? Fact : never;
    const near = recent[kind] as Facts<F>;
    const far = (key: string): Facts<F> | undefined =>
      pinned.get(sessionOfKey(key))?.[kind] as Facts<F> | undefined;
    return {
      get: (key: string) => near.get(key) ?? far(key)?.get(key),
      set(key: string, fact: F) {
        near.set(key, fact);
        far(key)?.set(key, fact);
      },
    } as DedupState[K];
  }

  return {
    sessions: recent.sessions,
    calls: layered('calls'),
    agents: layered('agents'),
    whereabouts: recent.whereabouts,
    turns: layered('turns'),
    words: layered('words'),
    spooled: recent.spooled,
    twins: recent.twins,
    pin: (sessionId, past) => void pinned.set(sessionId, past),
    unpin: sessionId => void pinned.delete(sessionId),
  };
}
