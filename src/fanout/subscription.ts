// All the topics one consumer holds, each with its session filter.
import { compileTopic } from '../protocol/index.ts';
import { type Selection, selectionOf } from './selection.ts';

/** The consumer would hold more patterns than it may. */
export class TooManyTopicsError extends Error {
  readonly code = 'limit_exceeded';
  override readonly name = 'TooManyTopicsError';
}

/** Whoever wants the commonest of all events wants to watch. */
const OF_EVERYTHING = 'tool.use';

export class Subscription {
  readonly #maxPatterns: number;
  #topics = new Map<string, ReadonlySet<string> | undefined>();
  #selection = selectionOf(this.#topics);

  constructor(maxPatterns: number) {
    this.#maxPatterns = maxPatterns;
  }

  get patterns(): string[] {
    return [...this.#topics.keys()];
  }

  get empty(): boolean {
    return this.#topics.size === 0;
  }

  /** What is wanted, as all have it in common who hold the same topics. */
  get selection(): Selection {
    return this.#selection;
  }

  /** How events of a type in a session are wanted: by a pattern about few others, only by one that has tool calls too, or not at all. */
  wanting(type: string, sessionId: string): 'by name' | 'among all' | undefined {
    let among = false;
    for (const [pattern, sessions] of this.#topics) {
      if ((sessions && !sessions.has(sessionId)) || !compileTopic(pattern)(type)) continue;
      if (!compileTopic(pattern)(OF_EVERYTHING)) return 'by name';
      among = true;
    }
    return among ? 'among all' : undefined;
  }

  /**
   * Adds topics; a topic held already gets the new filter. All or nothing.
   *
   * @throws InvalidTopicError, TooManyTopicsError
   */
  add(patterns: readonly string[], sessions?: ReadonlySet<string>): void {
    const topics = new Map(this.#topics);
    for (const pattern of patterns) topics.set(pattern, sessions);
    if (topics.size > this.#maxPatterns) {
      throw new TooManyTopicsError(
        `this connection would hold ${topics.size} topic patterns, at most ${this.#maxPatterns} are allowed; unsubscribe some or use wider patterns`,
      );
    }
    this.#selection = selectionOf(topics);
    this.#topics = topics;
  }

  remove(patterns: readonly string[]): void {
    for (const pattern of patterns) this.#topics.delete(pattern);
    this.#selection = selectionOf(this.#topics);
  }
}
