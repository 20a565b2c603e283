// All the topics one consumer holds, each with its session filter.
import type { Form, LogRecord } from '../log/index.ts';

import { compileTopic, type TopicMatcher } from './matcher.ts';

/** The consumer would hold more patterns than it may. */
export class TooManyTopicsError extends Error {
  readonly code = 'limit_exceeded';
  override readonly name = 'TooManyTopicsError';
}

interface Held {
  readonly matches: TopicMatcher;
  /** Absent: every session. */
  readonly sessions: ReadonlySet<string> | undefined;
}

/** Which sessions of a topic are wanted: all of them, or those of the given filters. */
interface Wanted {
  all: boolean;
  readonly filters: ReadonlySet<string>[];
}

interface Verdict {
  readonly normal: Wanted;
  readonly hook: Wanted;
}

// Unknown hook events make new types; whoever may post them must not grow this without bound.
const VERDICTS_MAX = 1000;

export class Subscription {
  readonly #held = new Map<string, Held>();
  readonly #verdicts = new Map<string, Verdict>();
  readonly #maxPatterns: number;

  constructor(maxPatterns: number) {
    this.#maxPatterns = maxPatterns;
  }

  get patterns(): string[] {
    return [...this.#held.keys()];
  }

  get empty(): boolean {
    return this.#held.size === 0;
  }

  /**
   * Adds topics; a topic held already gets the new filter. All or nothing.
   *
   * @throws InvalidTopicError, TooManyTopicsError
   */
  add(patterns: readonly string[], sessions?: ReadonlySet<string>): void {
    const added = patterns.map(pattern => [pattern, { matches: compileTopic(pattern), sessions }] as const);
    const total = new Set([...this.#held.keys(), ...patterns]).size;
    if (total > this.#maxPatterns) {
      throw new TooManyTopicsError(
        `this connection would hold ${total} topic patterns, at most ${this.#maxPatterns} are allowed; unsubscribe some or use wider patterns`,
      );
    }
    for (const [pattern, held] of added) this.#held.set(pattern, held);
    this.#verdicts.clear();
  }

  remove(patterns: readonly string[]): void {
    for (const pattern of patterns) this.#held.delete(pattern);
    this.#verdicts.clear();
  }

  /** The form in which a record is wanted, if it is. Whoever matches both ways gets the normal one. */
  form(record: LogRecord): Form | undefined {
    const verdict = this.#verdict(record.type, record.hook?.topic);
    if (wants(verdict.normal, record.sessionId)) return 'normal';
    if (wants(verdict.hook, record.sessionId)) return 'hook';
    return undefined;
  }

  #verdict(type: string, hookTopic: string | undefined): Verdict {
    const key = hookTopic === undefined ? type : `${type} ${hookTopic}`;
    const known = this.#verdicts.get(key);
    if (known) return known;
    const verdict = { normal: this.#wanted(type), hook: this.#wanted(hookTopic) };
    if (this.#verdicts.size >= VERDICTS_MAX) this.#verdicts.clear();
    this.#verdicts.set(key, verdict);
    return verdict;
  }

  #wanted(topic: string | undefined): Wanted {
    const wanted: Wanted = { all: false, filters: [] };
    if (topic === undefined) return wanted;
    for (const { matches, sessions } of this.#held.values()) {
      if (!matches(topic)) continue;
      if (sessions) wanted.filters.push(sessions);
      else wanted.all = true;
    }
    return wanted;
  }
}

function wants(wanted: Wanted, sessionId: string): boolean {
  return wanted.all || wanted.filters.some(sessions => sessions.has(sessionId));
}
