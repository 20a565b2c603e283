// The contract of a way into a session that cannot be gone at any time: it opens now and then, and what waits is handed out then.
import type { EventDraft } from '../protocol/index.ts';

/** What a session's own record shows of a message that was handed out. */
export type Fate =
  /** The model was given it, and went on: it has arrived. */
  | 'read'
  /** The model went on without it: it will not arrive any more. */
  | 'lost';

/** A moment in which a session takes what is handed to it. */
export interface Opening {
  readonly sessionId: string;
  /** How much fits, in characters. */
  readonly most: number;
  /** Whether no turn is under way, or one is about to begin or end: what is not urgent waits for such a moment. */
  readonly isBetweenTurns: boolean;
}

/** A way that sessions open themselves. `test/agents/pull-conformance.ts` holds every one to the MUSTs. */
export interface PullPath {
  /** As events name it: `hook-output`. MUST never change. */
  readonly name: string;
  /**
   * Why it does not reach a session, not even when it asks, for people; undefined when it does. MUST be cheap. MUST say so of a session
   * whose user decides what comes in by another way: nothing goes round that.
   */
  whyNot(sessionId: string): string | undefined;
  /**
   * What a session's own record shows of a message that was handed out, at a time in milliseconds since 1970, maybe by a daemon before
   * this one; undefined as long as it shows neither. MUST NOT say `lost` while it may still arrive: it is handed out again then. MUST be
   * cheap while the record does not grow.
   */
  fate(messageId: string, sessionId: string, givenAt: number): Fate | undefined;
}

/** A hook that may carry something. */
export interface HookOpening extends Opening {
  /** The hook output object with the text in it. Called once it is certain that it is handed out. */
  output(text: string): object;
}

/** What hooks bring back to the model whose session they belong to. */
export interface HookOutput extends PullPath {
  /**
   * Whether the hook that an event came from may carry something, and how much; undefined when it may not.
   *
   * @param prints whether the hook hands on what it is answered
   */
  opening(event: EventDraft, prints: boolean): HookOpening | undefined;
}
