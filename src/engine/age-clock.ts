// The clock that retention goes by: one that is set wrong for a while must not delete anything.

export interface AgeClockOptions {
  /** The wall clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  /** The last moment known from before, in milliseconds since 1970: the newest event's. Default: now. */
  readonly lastKnown?: number | undefined;
}

/** How far the wall clock may be ahead without being suspected, in milliseconds. */
const TRUSTED_MS = 3600 * 1000;
/** How long it must have been ahead, with the daemon running, before it is believed all the same, in milliseconds. */
const BELIEVED_AFTER_MS = 24 * 3600 * 1000;

/**
 * Follows the wall clock, but not at once when that jumps ahead: a machine that slept and one whose clock was set wrong
 * look the same, and what is deleted is gone. Being a day late with deleting costs nothing.
 */
export class AgeClock {
  readonly #now: () => number;
  readonly #uptime: () => number;
  #anchor: { readonly wall: number; readonly up: number };
  #aheadSince: number | undefined;

  constructor({ now, uptime, lastKnown = now() }: AgeClockOptions) {
    this.#now = now;
    this.#uptime = uptime;
    this.#anchor = { wall: lastKnown, up: uptime() };
  }

  /** Milliseconds since 1970; never later than the wall clock says. */
  read(): number {
    const wall = this.#now();
    const up = this.#uptime();
    const expected = this.#anchor.wall + (up - this.#anchor.up);
    if (wall - expected > TRUSTED_MS) {
      this.#aheadSince ??= up;
      if (up - this.#aheadSince < BELIEVED_AFTER_MS) return expected;
    }
    this.#aheadSince = undefined;
    this.#anchor = { wall, up };
    return wall;
  }
}
