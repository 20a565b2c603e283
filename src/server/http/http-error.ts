// Every refusal over HTTP: a code, a status and one body shape.
import { HTTP_ERRORS, type HttpErrorCode } from '../../protocol/index.ts';

/** The one of RFC 6455; the drafts before it had lower numbers. */
export const WEBSOCKET_VERSION = '13';

/** A request that is answered with an error; the message says what is wrong and what to do. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;
  /** The methods that are possible instead, with `method_not_allowed`. */
  readonly allow: string | undefined;
  /** When it may be asked again, in milliseconds from now, where that is known. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: HttpErrorCode,
    message: string,
    options: ErrorOptions & { allow?: string | undefined; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options);
    this.code = code;
    this.allow = options.allow;
    this.retryAfterMs = options.retryAfterMs;
  }

  get status(): number {
    return HTTP_ERRORS[this.code];
  }

  get body(): string {
    return JSON.stringify({ error: { code: this.code, message: this.message } });
  }

  get headers(): Record<string, string> {
    const allow = this.allow === undefined ? {} : { allow: this.allow };
    const after = this.retryAfterMs;
    const retry = after === undefined ? {} : { 'retry-after': String(Math.ceil(after / 1000)) };
    return {
      ...allow,
      ...retry,
      'cache-control': 'no-store',
      'content-type': 'application/json',
      ...this.#besides(),
    };
  }

  /** The same with its message changed, for what may not be quoted as it came. */
  quoting(change: (message: string) => string): HttpError {
    const { allow, retryAfterMs } = this;
    return new HttpError(this.code, change(this.message), { allow, retryAfterMs });
  }

  /** For a failure that no request is to blame for. */
  static internal(): HttpError {
    return new HttpError('internal', 'the daemon failed to answer; its log says why');
  }

  #besides(): Record<string, string> {
    switch (this.code) {
      case 'unauthorized':
        return { 'www-authenticate': 'Bearer' };
      case 'upgrade_required':
        return { upgrade: 'websocket', 'sec-websocket-version': WEBSOCKET_VERSION };
      default:
        return {};
    }
  }
}
