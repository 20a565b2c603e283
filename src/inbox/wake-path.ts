// The contract of a way into an idle session by a hook of its own that waits in the background: it ends with what is to be read.
import type { PullPath } from './pull-path.ts';

/** A hook that waits. */
export interface WaitingHook {
  readonly sessionId: string;
  /** Its own process. */
  readonly pid: number;
  /** The client that started it, and that hears what it prints. */
  readonly clientPid: number;
}

/** A way by hooks that wait. `test/agents/pull-conformance.ts` holds every one to the MUSTs of a `PullPath`. */
export interface WakePath extends PullPath {
  /** Why it does not reach a session now, were there a hook that waits. MUST be cheap. MUST say so while the session is at work or asks its user something. */
  whyNot(sessionId: string): string | undefined;
  /** Why a hook need not wait any longer, for people; undefined while it may be of use. MUST be cheap: it is asked twice a second. */
  whyOver(hook: WaitingHook): string | undefined;
  /** How much fits, in characters. */
  readonly most: number;
  /** What the hook prints, of what the model is to read. MUST be pure. */
  printed(text: string): string;
}
