// What alerts look at: of each session what it is doing and waits for, and what went wrong in it.
import type { AgentState } from '../../protocol/index.ts';
import type { SessionAttributes } from '../attributes.ts';
import type { Wait } from '../pending.ts';
import type { FailedCall, FailedTurn } from './troubles.ts';

/** A session that lives, without a copy being made. What is given MUST NOT be kept. */
export interface WatchedSession {
  readonly about: Readonly<SessionAttributes>;
  readonly state: AgentState;
  /** Milliseconds since 1970. */
  readonly stateSince: number;
  readonly currentTool: string | undefined;
  /** Whom it keeps waiting, its subagents included, oldest first. */
  readonly waits: readonly Wait[];
  /** Whether a subagent of it is at work. */
  readonly hasHelp: boolean;
  readonly failedTurn: FailedTurn | undefined;
  readonly failedCalls: readonly FailedCall[];
}
