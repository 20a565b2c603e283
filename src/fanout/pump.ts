// Runs the feeds: all of them after every commit, the ones with more to do once a turn.
import type { Feed } from './feed.ts';

export interface PumpOptions {
  /** Calls `task` so many milliseconds later, in a later tick at any rate. Default: timers of Node. */
  readonly schedule?: (task: () => void, delayMs: number) => unknown;
  /** Milliseconds of a clock that never jumps. Default `performance.now`. */
  readonly now?: () => number;
}

/**
 * A turn that took a millisecond is followed by another no sooner than after so many. What a turn costs is a system call for each
 * consumer, whatever is written: a crowd of them gets several events in one write, and whoever is alone gets each at once.
 */
const PAUSE = 6;
/** The longest pause, in milliseconds. */
const PAUSE_MOST_MS = 8;

const timers = (task: () => void, delayMs: number): unknown =>
  delayMs < 1 ? setImmediate(task) : setTimeout(task, delayMs);

export class Pump {
  readonly #feeds = new Set<Feed>();
  readonly #busy = new Set<Feed>();
  readonly #schedule: (task: () => void, delayMs: number) => unknown;
  readonly #now: () => number;
  #scheduled = false;
  /** No turn before this time. */
  #pauseUntil = 0;

  constructor({ schedule = timers, now = () => performance.now() }: PumpOptions = {}) {
    this.#schedule = schedule;
    this.#now = now;
  }

  add(feed: Feed): void {
    this.#feeds.add(feed);
  }

  remove(feed: Feed): void {
    this.#feeds.delete(feed);
    this.#busy.delete(feed);
  }

  /** Something was committed: every feed may have work. */
  wakeAll(): void {
    for (const feed of this.#feeds) this.#busy.add(feed);
    this.#arrange();
  }

  /** One feed may have work: its position moved, or its sink drained. */
  wake(feed: Feed): void {
    if (!this.#feeds.has(feed)) return;
    this.#busy.add(feed);
    this.#arrange();
  }

  #arrange(): void {
    if (this.#scheduled || this.#busy.size === 0) return;
    this.#scheduled = true;
    this.#schedule(
      () => {
        this.#scheduled = false;
        this.#turn();
        this.#arrange();
      },
      Math.max(0, this.#pauseUntil - this.#now()),
    );
  }

  #turn(): void {
    const from = this.#now();
    for (const feed of [...this.#busy]) {
      // One may have been removed in the turn of another.
      if (!this.#busy.has(feed)) continue;
      try {
        if (!feed.run()) this.#busy.delete(feed);
      } catch (error) {
        this.remove(feed);
        feed.fail(error);
      }
    }
    const now = this.#now();
    this.#pauseUntil = this.#busy.size > 0 ? 0 : now + Math.min(PAUSE_MOST_MS, PAUSE * (now - from));
  }
}
