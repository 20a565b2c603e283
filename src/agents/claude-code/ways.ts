// Since which Claude Code there is which way into a session, as tried with the real ones; what a session has now is looked up when it counts.
import { atLeast, parseVersion, type Version } from './install/version.ts';

/**
 * The first that opens an inbox for messages of other sessions: 2.1.248 does, 2.1.223 to 2.1.247 do not, though the words for it are in
 * the program from 2.1.224 on.
 */
export const INBOX_SINCE: Version = [2, 1, 248];

/**
 * The oldest that was seen to be woken by an `asyncRewake` hook and to be safe with it. Older ones are woken too. But in 2.1.100 a `claude -p`
 * that a session runs calls itself one of a terminal (`CLAUDE_CODE_ENTRYPOINT`), and would wait for the hook at its end; and the register of
 * 2.1.120 does not notice `/clear`. What lies between 2.1.120 and this one was not tried.
 */
const REWAKE_SINCE: Version = [2, 1, 140];

/**
 * The first that takes `additionalContext` from a Stop hook: 2.1.163 does; to 2.1.140 it is an error that the user sees. That of
 * UserPromptSubmit is taken by all since 2.1.100, and that of PostToolBatch since there is that hook.
 */
const STOP_CONTEXT_SINCE: Version = [2, 1, 163];

/** Whether a client of this version lets its Stop hooks say something to the model; one that does not say which it is does not. */
export function stopMayCarry(version: string | undefined): boolean {
  const parsed = parseVersion(version ?? '');
  return parsed !== undefined && atLeast(parsed, STOP_CONTEXT_SINCE);
}

/** Whether hooks that wait in the background are the way into idle sessions of a client of this version. */
export function isWokenByHooks(version: Version): boolean {
  return atLeast(version, REWAKE_SINCE) && !atLeast(version, INBOX_SINCE);
}

/** Whether a client of this version could open an inbox; one that does not say which it is could. */
export function mayHaveInbox(version: string | undefined): boolean {
  const parsed = parseVersion(version ?? '');
  return parsed === undefined || atLeast(parsed, INBOX_SINCE);
}
