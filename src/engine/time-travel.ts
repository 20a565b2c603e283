// The state as it was at a past seq: put together anew from what the log holds, a little at a time.
import { type EventLog, Stretch, toDraft } from '../log/index.ts';
import { type PriceList, Projection } from '../state/index.ts';

/** Events read at a time; a stretch may end between any two of them. */
const PAGE = { events: 200, bytes: 1024 * 1024 };
/** How long the last journey is remembered: whoever goes through time goes on from there. */
const REMEMBERED_MS = 30_000;

/** The seq cannot be reached; the message says which ones can. */
export class OutOfReachError extends RangeError {
  override readonly name = 'OutOfReachError';
}

/** A state that was put together, and the seq it is of. */
interface Place {
  readonly epoch: string;
  readonly projection: Projection;
  seq: number;
}

export class TimeTravel {
  readonly #log: EventLog;
  readonly #prices: PriceList | undefined;
  #last: Place | undefined;
  #forget: NodeJS.Timeout | undefined;
  /** One journey at a time: they are long. */
  #way: Promise<unknown> = Promise.resolve();

  constructor(log: EventLog, prices?: PriceList) {
    this.#log = log;
    this.#prices = prices;
  }

  /** The seqs of which the state can be told, both ends included; before the newest event it may be none. */
  get reach(): { readonly from: number; readonly to: number } {
    const { head, oldest } = this.#log;
    if (oldest === 1) return { from: 0, to: head };
    const from = this.#log.checkpoints().find(seq => seq >= oldest - 1);
    return { from: from ?? head, to: head };
  }

  /**
   * Gives what is to be seen in the state right after a seq.
   *
   * @throws OutOfReachError; what the signal was aborted with
   */
  at<T>(seq: number, signal: AbortSignal, look: (state: Projection) => T): Promise<T> {
    const journey = this.#way.then(async () => look(await this.#travel(seq, signal)));
    this.#way = journey.catch(() => {});
    return journey;
  }

  async #travel(seq: number, signal: AbortSignal): Promise<Projection> {
    signal.throwIfAborted();
    const place = this.#start(seq);
    const stretch = new Stretch();
    while (place.seq < seq) {
      if (this.#log.epoch !== place.epoch || this.#log.oldest > place.seq + 1) throw this.#outOfReach(seq);
      for (const record of this.#log.read(place.seq, PAGE)) {
        if (record.seq > seq) break;
        place.projection.apply(toDraft(record));
        place.seq = record.seq;
        if (stretch.isOver) break;
      }
      if (!stretch.isOver) continue;
      await stretch.next();
      signal.throwIfAborted();
    }
    this.#remember(place);
    return place.projection;
  }

  /** The nearest state before a seq: that of the last journey, a checkpoint, or the empty one before the first event. */
  #start(seq: number): Place {
    const { epoch, oldest } = this.#log;
    const { from, to } = this.reach;
    if (seq < from || seq > to) throw this.#outOfReach(seq);
    const checkpoint = this.#log.loadCheckpoint(seq);
    const last = this.#last;
    this.#last = undefined;
    if (last && last.epoch === epoch && last.seq <= seq && last.seq >= (checkpoint?.seq ?? 0)) return last;
    const projection = new Projection(this.#prices);
    if (checkpoint && checkpoint.seq >= oldest - 1 && projection.load(checkpoint.text))
      return { epoch, projection, seq: checkpoint.seq };
    if (oldest === 1) return { epoch, projection: new Projection(this.#prices), seq: 0 };
    throw this.#outOfReach(seq);
  }

  #remember(place: Place): void {
    this.#last = place;
    clearTimeout(this.#forget);
    this.#forget = setTimeout(() => {
      this.#last = undefined;
    }, REMEMBERED_MS).unref();
  }

  #outOfReach(seq: number): OutOfReachError {
    const { from, to } = this.reach;
    return new OutOfReachError(`the state at ${seq} cannot be told; from ${from} to ${to} it can`);
  }
}
