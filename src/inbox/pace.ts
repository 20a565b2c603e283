// How fast a session may be given messages: its client drops without a word what comes faster.

/** Observed with Claude Code 2.1.332: 30 at once, then one in 2 s; less than that is safe. */
const BURST = 28;
const EVERY_MS = 2100;
/** Sessions remembered; one that is not has not been given anything for long. */
const REMEMBERED = 1000;

/** A bucket of tokens a session. */
export class Pace {
  readonly #now: () => number;
  /** Session → when its bucket will be full again, in milliseconds. */
  readonly #fullAt = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether it may be given one more now; that one counts. */
  take(sessionId: string): boolean {
    const now = this.#now();
    const fullAt = Math.max(now, this.#fullAt.get(sessionId) ?? now);
    if (fullAt - now > (BURST - 1) * EVERY_MS) return false;
    this.#fullAt.delete(sessionId);
    this.#fullAt.set(sessionId, fullAt + EVERY_MS);
    const [oldest] = this.#fullAt.size > REMEMBERED ? this.#fullAt.keys() : [];
    if (oldest !== undefined) this.#fullAt.delete(oldest);
    return true;
  }
}
