// Keeps a summary of the state in the store now and then, so that a start need not read the whole log.
import { type EventLog, ownTurn } from '../log/index.ts';
import type { Logger } from '../logger.ts';
import type { Projection } from '../state/index.ts';

/** Events between two checkpoints; more of them make a start slower, fewer cost more. */
const CHECKPOINT_EVENTS = 5000;
/** Characters of a checkpoint for each event since the one before, at most: a large state is written as rarely as it takes. */
const CHARACTERS_AN_EVENT = 512;
/** Characters written at a time, before others have a turn. */
const SLICE = 128 * 1024;

export class Checkpoints {
  readonly #log: EventLog;
  readonly #projection: Projection;
  readonly #logger: Logger;
  #seq: number;
  /** The seq from which the next one is due. */
  #dueAt: number;
  #underWay: Promise<void> | undefined;
  #closed = false;

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
    if (this.#log.head >= this.#dueAt) void this.save();
  }

  /** Saves the state of this moment, a little at a time; or goes on with the one that is being saved. Never throws. */
  save(): Promise<void> {
    this.#underWay ??= this.#save().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** Saves the last one, at once. */
  close(): void {
    this.#closed = true;
    try {
      this.#log.saveCheckpoint(this.#projection.save());
    } catch (error) {
      this.#complain(error);
    }
  }

  async #save(): Promise<void> {
    const { epoch, head } = this.#log;
    this.#dueAt = head + CHECKPOINT_EVENTS;
    try {
      const draft = this.#log.beginCheckpoint();
      let length = 0;
      for (const slice of slices(this.#projection.saving())) {
        await ownTurn();
        if (this.#closed || this.#log.epoch !== epoch) return;
        draft.add(slice);
        length += slice.length;
      }
      draft.done();
      this.#seq = draft.seq;
      this.#dueAt = draft.seq + Math.max(CHECKPOINT_EVENTS, length / CHARACTERS_AN_EVENT);
    } catch (error) {
      this.#complain(error);
    }
  }

  // A checkpoint only makes the next start faster; the next commit finds out whether the store is really broken.
  #complain(error: unknown): void {
    this.#logger.warn(`store: no checkpoint could be saved: ${(error as Error).message}`);
  }
}

function* slices(pieces: Iterable<string>): Generator<string> {
  let slice = '';
  for (const piece of pieces) {
    slice += piece;
    if (slice.length < SLICE) continue;
    yield slice;
    slice = '';
  }
  yield slice;
}
