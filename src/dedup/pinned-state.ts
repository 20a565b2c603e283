// A memory that is bounded, and yet forgets nothing about the sessions that are pinned in it.
import { boundedFacts, type Facts, type Memory } from './dedup-state.ts';
import { sessionOfKey } from './seen-index.ts';

export interface PinnedMemory extends Memory {
  /** Keeps all about a session from now on, besides what was learnt about its past. */
  pin(sessionId: string, past: Memory): void;
  unpin(sessionId: string): void;
}

/** A memory without bounds, to learn the past of one session with. */
export function unboundedMemory(): Memory {
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
export function pinnedMemory(recent: Memory): PinnedMemory {
  const pinned = new Map<string, Memory>();

  function layered<K extends 'calls' | 'agents' | 'turns' | 'words'>(kind: K): Memory[K] {
    type F = Memory[K] extends Facts<infer Fact> ? Fact : never;
    const near = recent[kind] as Facts<F>;
    const far = (key: string): Facts<F> | undefined =>
      pinned.get(sessionOfKey(key))?.[kind] as Facts<F> | undefined;
    return {
      get: (key: string) => near.get(key) ?? far(key)?.get(key),
      set(key: string, fact: F) {
        near.set(key, fact);
        far(key)?.set(key, fact);
      },
    } as Memory[K];
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
