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
  /** The seq from which the next one is due. */
  #dueAt: number;

  constructor(log: EventLog, projection: Projection, logger: Logger) {
    this.#log = log;
    this.#projection = projection;
    this.#logger = logger;
    this.#dueAt = log.head + CHECKPOINT_EVENTS;
  }

  saveIfDue(): void {
    if (this.#log.head >= this.#dueAt) this.save();
  }

  save(): void {
    this.#dueAt = this.#log.head + CHECKPOINT_EVENTS;
    try {
      this.#log.saveCheckpoint(this.#projection.save());
    } catch (error) {
      // A checkpoint only makes the next start faster; the next commit finds out whether the store is really broken.
      this.#logger.warn(`store: no checkpoint could be saved: ${(error as Error).message}`);
    }
  }
}
