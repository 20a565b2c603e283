// How many events are sent at a time: as many as the broker confirms within a moment, so that a slow line is never given more than it carries.

const FIRST = 16;
const MOST = 256;
/** What was confirmed sooner than that may be twice as much next time, in milliseconds; what took longer than that, half as much. */
const QUICK_MS = 200;
const SLOW_MS = 1000;

export class Portion {
  #size = FIRST;

  get size(): number {
    return this.#size;
  }

  confirmed(ms: number): void {
    if (ms < QUICK_MS) this.#size = Math.min(MOST, this.#size * 2);
    else if (ms > SLOW_MS) this.#size = Math.max(1, Math.floor(this.#size / 2));
  }

  /** Nobody knows how many of them were taken: the less come twice, the better. */
  failed(): void {
    this.#size = 1;
  }
}
