// Why something ended or failed; each kind has a class, and each reason a stable `code`.
import type { Loss } from './types.ts';

/** What every error of this library is; `code` stays the same through versions, the message does not. */
export class HooklineError extends Error {
  override readonly name: string = 'HooklineError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * The daemon's gate refused this client (401, 403 or 421), or ended its connection because the token is no longer valid
 * (4401): trying again changes nothing. `code` is the daemon's: `unauthorized`, `forbidden_scope`, `wrong_host`, ...
 */
export class RefusedError extends HooklineError {
  override readonly name = 'RefusedError';
  /** HTTP status of the answer. */
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(code, `the daemon refused the connection with ${status}: ${message}`);
    this.status = status;
  }
}

/** A topic pattern is outside the grammar (`invalid_topic`), or the daemon would not hold that many (`limit_exceeded`). */
export class SubscriptionError extends HooklineError {
  override readonly name = 'SubscriptionError';
}

/** The daemon answered a request with an error; `code` is the daemon's: `not_found`, `rate_limited`, ... */
export class RequestError extends HooklineError {
  override readonly name = 'RequestError';
}

/** A request had no answer in time (`timeout`); where the connection did not stand, the message says why. */
export class TimeoutError extends HooklineError {
  override readonly name = 'TimeoutError';

  constructor(what: string, ms: number, why?: string) {
    super('timeout', `${what} had no answer within ${ms} ms${why === undefined ? '' : `: ${why}`}`);
  }
}

/** The client was closed (`closed`): what was still asked gets no answer, and nothing more can be asked. */
export class ClosedError extends HooklineError {
  override readonly name = 'ClosedError';

  constructor() {
    super('closed', 'the client is closed');
  }
}

/** Events were lost (`loss`), and nobody said what to do then: see `onLoss`. */
export class LossError extends HooklineError {
  override readonly name = 'LossError';
  readonly loss: Loss;

  constructor(loss: Loss) {
    const { reason, from, to } = loss;
    const place = (epoch: string, seq: number): string => `seq ${seq} of epoch ${epoch}`;
    super(
      'loss',
      `events after ${place(from.epoch, from.seq)} up to ${place(to.epoch, to.seq)} cannot be had (${reason}); pass onLoss to go on behind them`,
    );
    this.loss = loss;
  }
}

/** The connection was lost in the middle of something that cannot be resumed (`interrupted`). */
export class InterruptedError extends HooklineError {
  override readonly name = 'InterruptedError';

  constructor(what: string, why: string) {
    super('interrupted', `${what} was interrupted: ${why}`);
  }
}
