// Why an answer was not taken.

export type ApprovalErrorCode = 'not_found' | 'already_answered';

/** An answer came for a request that nobody can answer; the words say why, and what to do. */
export class ApprovalError extends Error {
  override readonly name = 'ApprovalError';
  readonly code: ApprovalErrorCode;

  constructor(code: ApprovalErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
