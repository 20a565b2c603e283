// What the reconciler remembers of sessions, tool calls and subagents; bounded, the least recently touched goes first.
import type { Utterance } from './repeat-key.ts';

/** A session that was seen. */
export interface SessionFact {
  readonly live: boolean;
  /** When its context was compacted last, in milliseconds since 1970. */
  readonly compactedAt?: number;
  /** The last few prompts its events belonged to, newest last. */
  readonly promptIds: readonly string[];
  /** Its process was found gone. */
  readonly exited?: boolean;
  /** It was cleared: another one goes on with its subagents. */
  readonly cleared?: true;
  /** How it started, while nothing else has happened since. */
  readonly justStartedBy?: string;
  /** What was said in it, while whoever said it has done nothing else since. */
  readonly justSaid?: Utterance;
}

/** How far a tool call has come. */
export type CallFact = 'begun' | 'ended';

/** A subagent that was seen. */
export interface AgentFact {
  /** The session it was started in, when it goes on in another one. */
  readonly from?: string;
  /** Its last words, or what stands for them, when it stopped and has begun no tool call since. */
  readonly restsAfter?: string;
  /** The last few times it stopped, newest last. */
  readonly stops?: readonly { readonly words: string; readonly at: number }[];
}

/** How something was told first: by its hook as it happened, or after the fact. */
export type Telling = 'live' | 'recovered';

/** A turn, and how its beginning and its end were told. */
export interface TurnFact {
  readonly begun?: Telling;
  readonly ended?: Telling;
}

/** Words that were told, when they were said, in milliseconds since 1970, and in which turn, if that was told. */
export interface WordsFact {
  readonly told: Telling;
  readonly at: number;
  readonly promptId?: string;
}

/** A hook's payload that may come twice: when it was told live last, and until when it may still come again. */
export interface SpoolFact {
  readonly liveAt?: number;
  readonly againUntil?: number;
}

/** MUST answer at once, and MUST give back what was last set or, once it was forgotten, undefined. */
export interface Facts<F> {
  get(key: string): F | undefined;
  set(key: string, fact: F): void;
}

/** Everything the reconciler knows. A durable lookup may stand in for any of them. */
export interface DedupState {
  readonly sessions: Facts<SessionFact>;
  /** By session and `toolUseId`. */
  readonly calls: Facts<CallFact>;
  /** By session and `agentId`. */
  readonly agents: Facts<AgentFact>;
  /** The session that a subagent was seen in last, by `agentId`. */
  readonly whereabouts: Facts<string>;
  /** By session and `promptId`. */
  readonly turns: Facts<TurnFact>;
  /** Prompts, and the last words of turns, by session and how the words begin. */
  readonly words: Facts<WordsFact>;
  /** What was told out of the spool, by all that it is. */
  readonly spooled: Facts<true>;
  /** What hooks told that has no name of its own, by all that it is but its time. */
  readonly twins: Facts<SpoolFact>;
}

/** A fact in its place among the others, by when they were touched. */
interface Kept<F> {
  readonly key: string;
  fact: F;
  older: Kept<F> | undefined;
  newer: Kept<F> | undefined;
}

/**
 * Facts in memory, at most `limit` of them. They are chained, because the order of a Map costs too much when what is in it is moved
 * to its end all the time: a search for the first entry walks over the places of all that was deleted, and an iterator kept for it
 * keeps every table that the Map ever had.
 */
export function boundedFacts<F>(limit: number): Facts<F> {
  const facts = new Map<string, Kept<F>>();
  let oldest: Kept<F> | undefined;
  let newest: Kept<F> | undefined;
  const unchain = ({ older, newer }: Kept<F>): void => {
    if (older) older.newer = newer;
    else oldest = newer;
    if (newer) newer.older = older;
    else newest = older;
  };
  const chain = (kept: Kept<F>): void => {
    kept.older = newest;
    kept.newer = undefined;
    if (newest) newest.newer = kept;
    else oldest = kept;
    newest = kept;
  };
  return {
    get: key => facts.get(key)?.fact,
    set(key, fact) {
      const kept = facts.get(key) ?? { key, fact, older: undefined, newer: undefined };
      if (facts.has(key)) unchain(kept);
      else facts.set(key, kept);
      kept.fact = fact;
      chain(kept);
      if (facts.size <= limit || !oldest) return;
      facts.delete(oldest.key);
      unchain(oldest);
    },
  };
}

/** Most facts of each kind remembered; about 20 MB when full. */
export const STATE_LIMITS = {
  sessions: 10_000,
  calls: 50_000,
  agents: 20_000,
  whereabouts: 5000,
  turns: 20_000,
  words: 20_000,
  spooled: 5000,
  twins: 5000,
} as const;

export function boundedState(
  limits: { readonly [K in keyof DedupState]: number } = STATE_LIMITS,
): DedupState {
  return {
    sessions: boundedFacts(limits.sessions),
    calls: boundedFacts(limits.calls),
    agents: boundedFacts(limits.agents),
    whereabouts: boundedFacts(limits.whereabouts),
    turns: boundedFacts(limits.turns),
    words: boundedFacts(limits.words),
    spooled: boundedFacts(limits.spooled),
    twins: boundedFacts(limits.twins),
  };
}
