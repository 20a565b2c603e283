// How fast lines may be printed, so that their reader drops none: what would be too fast waits.
import { setTimeout as delay } from 'node:timers/promises';

export interface PaceOptions {
  /** Lines within a second. */
  readonly lines: number;
  /** How often something may be printed, however many lines: so often at once, then once in so many milliseconds. Default: always. */
  readonly writes?: { readonly most: number; readonly everyMs: number };
  /** Milliseconds of a clock that never jumps. Default `performance.now`. */
  readonly now?: () => number;
}

/** A little more than a second: what was printed late must not come to stand too close to the next. */
const WINDOW_MS = 1_050;

export class Pace {
  readonly #options: PaceOptions;
  readonly #now: () => number;
  /** When the last lines were printed. */
  #lines: number[] = [];
  /** Writes that may follow each other at once, as of then. */
  #writes: { left: number; at: number };

  constructor(options: PaceOptions) {
    const { now = () => performance.now() } = options;
    this.#options = options;
    this.#now = now;
    this.#writes = { left: options.writes?.most ?? Number.POSITIVE_INFINITY, at: now() };
  }

  /** How many lines may be printed now. */
  get room(): number {
    return this.#waitMs() > 0 ? 0 : this.#options.lines - this.#recent().length;
  }

  /** Waits until a line may be printed; says how many may. 0: the signal has fired. */
  async untilRoom(signal: AbortSignal): Promise<number> {
    while (!signal.aborted && this.room === 0)
      await delay(Math.ceil(this.#waitMs()), undefined, { signal }).catch(() => {});
    return signal.aborted ? 0 : this.room;
  }

  /** So many lines were printed just now, in one go. */
  count(lines: number): void {
    const now = this.#now();
    this.#lines = [...this.#recent(), ...Array.from({ length: lines }, () => now)];
    this.#refill(now);
    this.#writes.left--;
  }

  #waitMs(): number {
    const now = this.#now();
    this.#refill(now);
    const { lines, writes } = this.#options;
    const oldest = this.#recent().at(-lines);
    const forLines = oldest === undefined ? 0 : oldest + WINDOW_MS - now;
    const forWrites = writes && this.#writes.left < 1 ? this.#writes.at + writes.everyMs - now : 0;
    return Math.max(0, forLines, forWrites);
  }

  #recent(): number[] {
    const since = this.#now() - WINDOW_MS;
    return this.#lines.filter(at => at > since);
  }

  #refill(now: number): void {
    const { writes } = this.#options;
    if (writes === undefined) return;
    const more = Math.floor((now - this.#writes.at) / writes.everyMs);
    this.#writes = {
      left: Math.min(writes.most, this.#writes.left + more),
      at: this.#writes.at + more * writes.everyMs,
    };
  }
}
