// What can be asked of requests that wait for an answer, whoever holds them: this daemon, or the one of another machine.
import type { Answer, Answered, ApprovalOutcome, RequestOfApproval } from '../protocol/index.ts';

/** How a request ended. */
export interface End {
  readonly outcome: ApprovalOutcome;
  /** Who ended it, for the record. */
  readonly by: string;
  readonly message?: string | undefined;
}

export interface ApprovalQueue {
  /** What can be answered now, the oldest first; with secrets and all only for who may approve. */
  list(mayApprove: boolean): RequestOfApproval[];
  /**
   * One request, for who may answer it: with secrets and all as long as it waits, and then how it ended.
   *
   * @throws ApprovalError not_found: there was none, or it ended long ago
   */
  find(requestId: string): { readonly request: RequestOfApproval } | { readonly ended: End };
  /** Who makes a way to a request makes one to something. @throws ApprovalError not_found, already_answered */
  checkOpen(requestId: string): void;
  /**
   * Resolves once a request has ended, or nobody waits for that any more. Whoever waits looks at it and may answer: the request is
   * held for them.
   */
  untilEnded(requestId: string, gone: AbortSignal): Promise<void>;
  /**
   * Answers a request. The first answer counts.
   *
   * @param by who answers, for the log
   * @throws ApprovalError not_found, already_answered; InvalidAnswerError, and it is still open then
   */
  answer(requestId: string, answer: Answer, by: string): Promise<Answered>;
}
