// Keeps a summary of the state in the store now and then, so that a start need not read the whole log.
import { type EventLog, ownTurn, type UsageMark, type UsageRow, type UsageShelf } from '../log/index.ts';
import type { Logger } from '../logger.ts';
import type { Projection } from '../state/index.ts';

/** Events between two checkpoints; more of them make a start slower, fewer cost more. */
const CHECKPOINT_EVENTS = 5000;
/** Characters of a checkpoint for each event since the one before, at most: a large state is written as rarely as it takes. */
const CHARACTERS_AN_EVENT = 512;
/** Rows of use written at a time. */
const ROWS = 500;
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
      // Whoever is at it has taken what changed, and does not come to its end.
      if (this.#underWay) this.#projection.usage.touchRows();
      this.#keepActivity();
      this.#log.saveCheckpoint(this.#projection.save());
      for (const _ of this.#keepingUsage());
    } catch (error) {
      this.#complain(error);
    }
  }

  async #save(): Promise<void> {
    const { epoch, head } = this.#log;
    this.#dueAt = head + CHECKPOINT_EVENTS;
    let isKept = false;
    try {
      this.#keepActivity();
      const draft = this.#log.beginCheckpoint();
      let length = 0;
      const keeping = this.#keepingUsage();
      for (const slice of slices(this.#projection.saving())) {
        await ownTurn();
        if (this.#closed || this.#log.epoch !== epoch) return;
        draft.add(slice);
        length += slice.length;
      }
      draft.done();
      for (const _ of keeping) {
        await ownTurn();
        if (this.#closed || this.#log.epoch !== epoch) return;
      }
      isKept = true;
      this.#seq = draft.seq;
      this.#dueAt = draft.seq + Math.max(CHECKPOINT_EVENTS, length / CHARACTERS_AN_EVENT);
    } catch (error) {
      this.#complain(error);
    } finally {
      if (!isKept) this.#projection.usage.touchRows();
    }
  }

  /**
   * What was used over time, as of this moment, to be kept beside the summary, a little at a time: what events add up to must be on
   * record before retention deletes them, also for a hookline that cannot read this one's summaries.
   */
  #keepingUsage(): Generator<void> {
    const { usage, head: seq } = this.#log;
    return kept(usage, this.#projection.usage.takeRows(), { seq, past: this.#projection.pastUpTo });
  }

  /**
   * What was done since the last time, as of this moment: a row for each tool of a quarter of an hour, all at once, so that they and the
   * seq they count up to are of one moment. It is on record before retention deletes the events.
   */
  #keepActivity(): void {
    this.#projection.activity.save(this.#log.activity, this.#log.head);
  }

  // A checkpoint only makes the next start faster; the next commit finds out whether the store is really broken.
  #complain(error: unknown): void {
    this.#logger.warn(`store: no checkpoint could be saved: ${(error as Error).message}`);
  }
}

function* kept(usage: UsageShelf, rows: readonly UsageRow[], mark: UsageMark): Generator<void> {
  for (let from = 0; from < rows.length; from += ROWS) {
    usage.write(rows.slice(from, from + ROWS));
    yield;
  }
  usage.done(mark);
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
