// Why something from outside was not taken in; each has a stable `code`, and the words say what to do.

export type IntakeErrorCode = 'internal' | 'not_found' | 'rate_limited' | 'wrong_signature';

export class IntakeError extends Error {
  override readonly name = 'IntakeError';
  readonly code: IntakeErrorCode;

  constructor(code: IntakeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A line that somebody else refuses, in their words; its `code` is theirs too. */
export class LineRefused extends Error {
  override readonly name = 'LineRefused';
  readonly code: string;
  /** False when it got no answer, and nobody knows what became of it. */
  readonly isCertain: boolean;

  constructor(code: string, message: string, { isCertain = true }: { readonly isCertain?: boolean } = {}) {
    super(message);
    this.code = code;
    this.isCertain = isCertain;
  }
}
