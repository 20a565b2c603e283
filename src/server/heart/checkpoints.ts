// Keeps a summary of the state in the store now and then, so that a start need not read the whole log.
import type { EventLog } from '../../log/index.ts';
import type { Projection } from '../../state/index.ts';
import type { Logger } from '../logger.ts';

/** Events between two checkpoints; more of them make a start slower, fewer make commits slower. */
const CHECKPOINT_EVENTS = 5000;

export class Checkpoints {
  readonly #log: EventLog;
  readonly #projection: Projection;
  readonly #logger: Logger;
  #seq: number;
  /** The seq from which the next one is due. */
  #dueAt: number;

  /** @param seq the one the log has already goes up to this; 0 for none. */
  constructor(log: EventLog, projection: Projection, seq: number, logger: Logger) {
    this.#log = log;
    this.#projection = projection;
    this.#seq = seq;
    this.#logger = logger;
    this.#dueAt = log.head + CHECKPOINT_EVENTS;
  }

  /** The seq that the newest one goes up to: the state can be had again without the events before. */
  get seq(): number {
    return this.#seq;
  }

  saveIfDue(): void {
    if (this.#log.head >= this.#dueAt) this.save();
  }

  save(): void {
    this.#dueAt = this.#log.head + CHECKPOINT_EVENTS;
    try {
      this.#log.saveCheckpoint(this.#projection.save());
      this.#seq = this.#log.head;
    } catch (error) {
      // A checkpoint only makes the next start faster; the next commit finds out whether the store is really broken.
      this.#logger.warn(`store: no checkpoint could be saved: ${(error as Error).message}`);
    }
  }
}
