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

  /** Whether nothing came within the window. */
  isSilentAt(now: number): boolean {
    return (this.#arrivals.at(-1) ?? Number.NEGATIVE_INFINITY) <= now - this.#options.windowMs;
  }
}

/** The same for many, by their names; who was silent for a window is forgotten. */
export class RateLimits {
  readonly #options: RateOptions;
  readonly #byName = new Map<string, RateLimit>();
  #forgetAt = 0;

  constructor(options: RateOptions) {
    this.#options = options;
  }

  count(name: string, now: number): RateVerdict {
    const { windowMs } = this.#options;
    if (now >= this.#forgetAt) {
      this.#forgetAt = now + windowMs;
      for (const [one, limit] of this.#byName) if (limit.isSilentAt(now)) this.#byName.delete(one);
    }
    const limit = this.#byName.get(name) ?? new RateLimit(this.#options);
    this.#byName.set(name, limit);
    return limit.count(now);
  }
}
