// Why a connection ended for good; everything else is retried.

/** The daemon's gate refused this client (401 after a fresh token, 403 or 421): trying again changes nothing. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** The `code` of the daemon's answer: `unauthorized`, `forbidden_scope`, `wrong_host`, ... */
  readonly code: string;
  /** HTTP status of that answer. */
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(`the daemon refused the connection with ${status}: ${message}`);
    this.status = status;
    this.code = code;
  }
}

/** The daemon would not take the subscription, because of a bad topic pattern for example. */
export class SubscriptionError extends Error {
  override readonly name = 'SubscriptionError';
  /** The `code` of the daemon's `error` reply. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
