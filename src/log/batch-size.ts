// How fast long work through the log may go: how much to look at in one go, and when to let others have a turn.
import { ownTurn, STRETCH_MS } from './yielding.ts';

/** Most records looked at in one go; fewer where they turn out to be large. */
export const LOOK_MOST = 512;
const LOOK_LEAST = 16;
const LOOK_FIRST = 128;

/** For one piece of work: call `next` before each go, and look at no more than `look` records in it. */
export class BatchSize {
  look: number = LOOK_FIRST;
  #stretchFrom: number | undefined;
  #from = 0;

  /** Resolves when it is time for the next go. */
  async next(): Promise<void> {
    const now = performance.now();
    if (this.#stretchFrom !== undefined) this.#adapt(now - this.#from);
    this.#from = now;
    if (this.#stretchFrom !== undefined && now - this.#stretchFrom < STRETCH_MS) return;
    await ownTurn();
    this.#from = performance.now();
    this.#stretchFrom = this.#from;
  }

  #adapt(took: number): void {
    if (took > STRETCH_MS / 2) this.look = Math.max(LOOK_LEAST, this.look >> 1);
    else if (took < STRETCH_MS / 5) this.look = Math.min(LOOK_MOST, this.look << 1);
  }
}
