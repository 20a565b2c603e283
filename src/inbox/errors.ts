// Why something was not done with a message; each has a stable `code`, and the words say what to do.

export type InboxErrorCode =
  | 'conflict'
  | 'forbidden'
  | 'inbox_full'
  | 'invalid_message'
  | 'message_too_large'
  | 'not_durable'
  | 'not_found'
  | 'rate_limited';

export class InboxError extends Error {
  override readonly name = 'InboxError';
  readonly code: InboxErrorCode;
  /** When it may go, in milliseconds from now, where that is known. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: InboxErrorCode,
    message: string,
    { retryAfterMs }: { readonly retryAfterMs?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** @returns what to throw when there is no message with this id */
export function noSuchMessage(id: string): InboxError {
  return new InboxError('not_found', `there is no message ${JSON.stringify(id.slice(0, 64))}`);
}

/** @param what ends "it cannot be …" */
export function tooLate(id: string, state: string, what: string): InboxError {
  return new InboxError('conflict', `message ${id} is ${state}; it cannot be ${what}`);
}
