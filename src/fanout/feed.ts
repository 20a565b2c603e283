// One consumer's cursor over the log: what it is sent next, and what is said about its position.
import type { LogReader, LogRecord } from '../log/index.ts';
import type { Position, RequestId, ResumeReason } from '../protocol/index.ts';
import type { Delivery } from './selection.ts';
import { Subscription } from './subscription.ts';

export interface ReplayResult {
  readonly id: RequestId | undefined;
  readonly to: number;
  readonly count: number;
  readonly recovered: boolean;
  readonly reason: ResumeReason | undefined;
}

/** Where a feed's output goes. Everything MUST reach the consumer in the order of the calls. */
export interface Sink {
  /** False while enough waits to be sent; the feed stops, and whoever owns the sink wakes it later. */
  ready(): boolean;
  /** Never empty; the same array for all who are sent the same in one tick. `prev` is the position told last, `to` the one after these. */
  events(deliveries: readonly Delivery[], prev: number, to: number): void;
  gap(from: number, to: number, reason: ResumeReason): void;
  replayComplete(result: ReplayResult): void;
  /** The feed cannot go on: the consumer MUST be told to come back, or it would wait for ever. */
  failed(error: unknown): void;
}

/** Whether and why a wish to move the position was granted. */
export interface Resumed {
  readonly recovered: boolean;
  readonly reason?: ResumeReason;
}

interface Replay {
  readonly id: RequestId | undefined;
  readonly to: number;
  count: number;
  reason: ResumeReason | undefined;
}

const READ = { events: 256, bytes: 64 * 1024 };

/**
 * A cursor over the log. It holds a position and never a queue: a slow consumer costs nothing but its place.
 * What a consumer gets is exactly the matching events after its position, in order, once, except announced gaps.
 */
export class Feed {
  readonly subscription: Subscription;
  readonly #log: LogReader;
  /** What the positions below mean something in. */
  readonly #epoch: string;
  readonly #sink: Sink;
  #position: number;
  #told: number;
  /** The seq of the newest snapshot sent, where a first subscribe starts. */
  #snapshot: number;
  #subscribed = false;
  #isKnown: ((record: LogRecord) => boolean) | undefined;
  #replay: Replay | undefined;
  #whenCaughtUp: (() => void)[] = [];

  /** @param position where the consumer stands: the seq of the snapshot it was sent. */
  constructor(log: LogReader, sink: Sink, position: number, maxPatterns: number) {
    this.#log = log;
    this.#epoch = log.epoch;
    this.#sink = sink;
    this.#position = position;
    this.#told = position;
    this.#snapshot = position;
    this.subscription = new Subscription(maxPatterns);
  }

  /** Everything up to here was sent or did not match. */
  get position(): number {
    return this.#position;
  }

  /** True when nothing in the log is waiting to be sent. */
  get idle(): boolean {
    return this.#position >= this.#log.head || !this.#subscribed;
  }

  /** Notes that the consumer was just told its position. */
  tell(): number {
    this.#told = this.#position;
    return this.#position;
  }

  /**
   * Adds topics. They count from the position on, which `since` may move first.
   *
   * @param isKnown whether the consumer has a record after `since` already, from elsewhere
   * @throws InvalidTopicError, TooManyTopicsError; nothing has changed then.
   */
  subscribe(
    topics: readonly string[],
    sessions?: ReadonlySet<string>,
    since?: Position,
    isKnown?: (record: LogRecord) => boolean,
  ): Resumed | undefined {
    this.subscription.add(topics, sessions);
    if (!this.#subscribed) this.#position = this.#snapshot;
    this.#subscribed = true;
    if (!since) return undefined;
    const refusal = this.#whyNot(since.seq, since.epoch);
    if (refusal) return { recovered: false, reason: refusal };
    this.#abandonReplay();
    this.#position = since.seq;
    this.#isKnown = isKnown;
    return { recovered: true };
  }

  /**
   * Goes back to `lastSeq`; `started` is called before anything of the replay is sent.
   * What retention has deleted is announced as a gap; a position of another numbering replays nothing.
   */
  replay(
    lastSeq: number,
    epoch: string | undefined,
    id: RequestId | undefined,
    started: (from: number, to: number) => void,
  ): void {
    this.#abandonReplay();
    const refusal = this.#whyNot(lastSeq, epoch);
    if (!refusal || refusal === 'evicted') this.#position = lastSeq;
    const lost = refusal !== undefined && refusal !== 'evicted';
    this.#replay = { id, to: lost ? this.#position : this.#log.head, count: 0, reason: refusal };
    started(this.tell(), this.#replay.to);
  }

  /**
   * Calls back once the position has reached the head of the log, at once if nothing was ever subscribed.
   * A snapshot taken then is exact, and never ahead of what the consumer was sent.
   */
  onceCaughtUp(callback: () => void): void {
    this.#whenCaughtUp.push(callback);
  }

  /** Notes that the consumer was sent a snapshot of the log's head. */
  snapshotSent(): void {
    this.#snapshot = this.#log.head;
    if (!this.#subscribed) this.#position = this.#snapshot;
  }

  /** Ends the consumer: its feed threw, and nothing would come any more. When its epoch has ended, it is about to be told. */
  fail(error: unknown): void {
    if (this.#log.epoch === this.#epoch) this.#sink.failed(error);
  }

  /**
   * Sends what the sink takes, at most `budget` records. Returns true when there is more to do at once.
   * When the log has begun another epoch nothing is sent any more: the consumer would take it for the old one.
   */
  run(budget = 512): boolean {
    let left = budget;
    while (this.#sink.ready() && this.#log.epoch === this.#epoch) {
      if (this.#replay && this.#position >= this.#replay.to) {
        this.#completeReplay(this.#replay);
      } else if (!this.#caughtUp()) {
        if (left <= 0) return true;
        left -= this.#advance(left);
      } else {
        const callback = this.#whenCaughtUp.shift();
        if (!callback) return false;
        callback();
      }
    }
    return false;
  }

  #caughtUp(): boolean {
    return this.#position >= this.#log.head || (!this.#subscribed && !this.#replay);
  }

  #advance(budget: number): number {
    const end = this.#replay?.to ?? this.#log.head;
    if (this.subscription.empty) {
      this.#position = end;
      return 1;
    }
    const oldest = this.#log.oldest;
    if (this.#position + 1 < oldest) {
      if (this.#replay) this.#replay.reason = 'evicted';
      this.#sink.gap(this.#position + 1, oldest - 1, 'evicted');
      this.#position = oldest - 1;
      return 1;
    }
    const { last, read, deliveries } = this.subscription.selection.read(this.#log, this.#position, {
      ...READ,
      events: Math.min(READ.events, budget, end - this.#position),
    });
    if (last === undefined)
      throw new Error(`log: nothing to read after ${this.#position} though the head is ${this.#log.head}`);
    this.#position = last;
    // Whoever asks for a replay wants it all again.
    const isKnown = this.#replay ? undefined : this.#isKnown;
    const news = isKnown ? deliveries.filter(({ record }) => !isKnown(record)) : deliveries;
    if (news.length > 0) this.#send(news);
    return read;
  }

  #send(deliveries: readonly Delivery[]): void {
    if (this.#replay) this.#replay.count += deliveries.length;
    const prev = this.#told;
    this.#sink.events(deliveries, prev, this.tell());
  }

  #completeReplay(replay: Replay): void {
    this.#replay = undefined;
    this.#sink.replayComplete({ ...replay, recovered: replay.reason === undefined });
  }

  #abandonReplay(): void {
    if (!this.#replay) return;
    this.#completeReplay({ ...this.#replay, to: this.#position, reason: 'superseded' });
  }

  #whyNot(seq: number, epoch: string | undefined): ResumeReason | undefined {
    if (epoch !== undefined && epoch !== this.#log.epoch) return 'epoch_changed';
    if (seq > this.#log.head) return 'future';
    if (seq + 1 < this.#log.oldest) return 'evicted';
    return undefined;
  }
}
