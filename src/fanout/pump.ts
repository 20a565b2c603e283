// Runs the feeds: all of them after every commit, the ones with more to do once a tick.
import type { Feed } from './feed.ts';

/** Calls `task` in a later tick. Default `setImmediate`. */
export type Schedule = (task: () => void) => unknown;

export class Pump {
  readonly #feeds = new Set<Feed>();
  readonly #busy = new Set<Feed>();
  readonly #schedule: Schedule;
  #scheduled = false;

  constructor(schedule: Schedule = setImmediate) {
    this.#schedule = schedule;
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
    this.#schedule(() => {
      this.#scheduled = false;
      this.#tick();
      this.#arrange();
    });
  }

  #tick(): void {
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
  }
}
