// What an agent's hook asks a person, as the room of that agent reads it, and how an answer is said to the agent.
import type { Answer, ApprovalKind } from '../protocol/index.ts';

/** An answer that does not fit what was asked; the message says why, and what would. */
export class InvalidAnswerError extends Error {
  readonly code = 'invalid_message';
  override readonly name = 'InvalidAnswerError';
}

/** What is asked, as it was posted: nothing is taken out, so MUST NOT be shown to anybody but who may approve. */
export interface Asked {
  readonly kind: ApprovalKind;
  readonly toolName: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Rules that the dialog at the terminal offers. */
  readonly suggestions?: readonly unknown[];
  readonly cwd?: string;
  readonly permissionMode?: string;
  /** The shell command that would run, if it is one. */
  readonly command?: string;
  /** The file that it is about, if it is one. */
  readonly path?: string;

  /**
   * The hook output that tells the agent an answer. MUST be pure, and MUST NOT say more than the answer does.
   *
   * @throws InvalidAnswerError
   */
  say(answer: Answer): object;
}
