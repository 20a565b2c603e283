// How often somebody may do something: so many times within a window that slides, by a clock that never jumps.

export interface RateOptions {
  /** Times within the window. */
  readonly most: number;
  /** In milliseconds. */
  readonly windowMs: number;
}

export class Rate {
  readonly most: number;
  readonly windowMs: number;
  /** By whom, when the last of them were; who did it last comes last, and who did not for a window is forgotten. */
  readonly #times = new Map<string, readonly number[]>();

  constructor({ most, windowMs }: RateOptions) {
    this.most = most;
    this.windowMs = windowMs;
  }

  /** How long somebody has to wait before the next time, in milliseconds; 0 when not at all. */
  waitMs(who: string, now: number): number {
    const times = this.#times.get(who) ?? [];
    const [first] = times.length < this.most ? [] : times;
    return first === undefined ? 0 : Math.max(0, first + this.windowMs - now);
  }

  /** Somebody does it now. */
  count(who: string, now: number): void {
    const times = [...(this.#times.get(who) ?? []), now].slice(-this.most);
    this.#times.delete(who);
    this.#times.set(who, times);
    for (const [one, all] of this.#times) {
      if ((all.at(-1) ?? now) > now - this.windowMs) break;
      this.#times.delete(one);
    }
  }
}
