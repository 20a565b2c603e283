// How many messages a client sent lately: enough, too many, or so many that it is shown the door.

export type RateVerdict = 'ok' | 'limited' | 'close';

export interface RateOptions {
  /** The window, in milliseconds. */
  readonly windowMs: number;
  /** Messages in the window that are served. */
  readonly messages: number;
  /** Messages in the window that are answered at all. */
  readonly close: number;
}

/** A sliding window over the arrival times of the last messages. */
export class RateLimit {
  readonly #options: RateOptions;
  #arrivals: number[] = [];

  constructor(options: RateOptions) {
    this.#options = options;
  }

  /** Counts a message that arrives at `now` (milliseconds). */
  count(now: number): RateVerdict {
    const { windowMs, messages, close } = this.#options;
    if ((this.#arrivals[0] ?? now) <= now - windowMs)
      this.#arrivals = this.#arrivals.filter(at => at > now - windowMs);
    this.#arrivals.push(now);
    const count = this.#arrivals.length;
    return count <= messages ? 'ok' : count <= close ? 'limited' : 'close';
  }
}
