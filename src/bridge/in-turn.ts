// Handles what comes one after the other, for each queue: what fails is tried again in its place, so that nothing overtakes it.
import { setTimeout as delay } from 'node:timers/promises';

/** How long to wait before the next try, in milliseconds. */
const RETRY_MS = 1000;
/** How long what is under way may take when it is to end, in milliseconds. */
const PATIENCE_MS = 500;

export class InTurn {
  readonly #turns = new Map<string, Promise<void>>();
  #isLost = false;

  /** @param lost resolves once it is of no more use to try: whatever is not done comes again */
  constructor(lost: Promise<unknown>) {
    void lost.then(() => this.#end());
  }

  /** Does it once everything before it in this queue is done. It must not do harm when it is done twice. */
  add(queue: string, work: () => Promise<void>): void {
    const before = this.#turns.get(queue) ?? Promise.resolve();
    const turn = before.then(() => this.#untilDone(work));
    this.#turns.set(queue, turn);
    void turn.then(() => this.#turns.get(queue) === turn && this.#turns.delete(queue));
  }

  /** Begins nothing more; resolves once nothing is under way, or has taken too long. */
  async end(): Promise<void> {
    this.#end();
    await Promise.race([Promise.all(this.#turns.values()), delay(PATIENCE_MS, undefined, { ref: false })]);
  }

  #end(): void {
    this.#isLost = true;
  }

  async #untilDone(work: () => Promise<void>): Promise<void> {
    while (!this.#isLost) {
      try {
        return await work();
      } catch {
        await delay(RETRY_MS, undefined, { ref: false });
      }
    }
  }
}
