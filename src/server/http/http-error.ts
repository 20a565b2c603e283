// Every refusal over HTTP: a code, a status and one body shape.
import { HTTP_ERRORS, type HttpErrorCode } from '../../protocol/index.ts';

/** A request that is answered with an error; the message says what is wrong and what to do. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;

  constructor(code: HttpErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): number {
    return HTTP_ERRORS[this.code];
  }

  get body(): string {
    return JSON.stringify({ error: { code: this.code, message: this.message } });
  }

  get headers(): Record<string, string> {
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    return this.code === 'unauthorized' ? { ...headers, 'www-authenticate': 'Bearer' } : headers;
  }
}
