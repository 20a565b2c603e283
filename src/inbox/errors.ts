// Why something was not done with a message; each has a stable `code`, and the words say what to do.

export type InboxErrorCode =
  | 'conflict'
  | 'inbox_full'
  | 'invalid_message'
  | 'message_too_large'
  | 'not_durable'
  | 'not_found';

export class InboxError extends Error {
  override readonly name = 'InboxError';
  readonly code: InboxErrorCode;

  constructor(code: InboxErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
