// A consumer of the log within the daemon, with a life of its own: it starts where it was, goes at its own speed, tries again, and stops.
import type { LogReader } from '../log/index.ts';
import type { Position, ResumeReason } from '../protocol/index.ts';
import type { Service } from '../service.ts';
import { inWords } from '../system-error.ts';
import { Feed, type Sink } from './feed.ts';
import type { Pump } from './pump.ts';
import type { Delivery } from './selection.ts';
import type { Subscription } from './subscription.ts';

/** Where a consumer was, kept from one daemon to the next. */
export interface SavedPosition {
  /** Undefined when it never was anywhere. */
  load(): Position | undefined;
  save(position: Position): void;
}

export interface ConsumerOptions {
  /** For people. */
  readonly name: string;
  readonly log: LogReader;
  readonly pump: Pump;
  /** Default: everything. */
  readonly topics?: readonly string[];
  /** Most patterns it may hold. Default: as many as it has. */
  readonly maxTopics?: number;
  /** Default: every session. */
  readonly sessions?: ReadonlySet<string>;
  /**
   * Takes events, in order, none left out but what `lost` tells. While a promise is not settled, no more come. When it fails, the very
   * same events come again, a moment later and then ever more rarely: whoever has to tell them apart goes by their seq.
   */
  readonly deliver: (deliveries: readonly Delivery[]) => void | Promise<void>;
  /** False while no more is to come; whoever says so calls `wake` later. Default: always true. */
  readonly ready?: () => boolean;
  /** The events in between, both included, are not in the log any more; it goes on after them. */
  readonly lost?: (reason: ResumeReason, from: number, to: number) => void;
  /** The log cannot be read. Default: nothing; `health` tells it. */
  readonly failed?: (error: unknown) => void;
  /** Where to begin. Default: after the newest event. */
  readonly from?: Position;
  /** Where to begin in place of `from`, and kept up to date: saved after what it stands for was delivered. */
  readonly saved?: SavedPosition;
}

/** How long it waits before it tries again, in milliseconds: the first time, and at most. */
const RETRY_MS = 500;
const RETRY_MOST_MS = 30_000;

/** One that was stopped is not started again. */
export class Consumer implements Service {
  readonly name: string;
  /** Why it begins after the newest event, and not where it should have; undefined when it could. */
  readonly refused: ResumeReason | undefined;
  readonly #options: ConsumerOptions;
  readonly #pump: Pump;
  #feed: Feed;
  #epoch: string;
  /** What was delivered, up to here. */
  #delivered: number;
  #underWay: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  /** Does what `#retry` waits for. */
  #tryNow: () => void = () => {};
  #failures = 0;
  #problem: string | undefined;
  #stopped = false;

  /** @throws InvalidTopicError, TooManyTopicsError */
  constructor(options: ConsumerOptions) {
    const { log, pump, from, saved } = options;
    this.name = options.name;
    this.#options = options;
    this.#pump = pump;
    this.#epoch = log.epoch;
    const since = saved?.load() ?? from;
    const { feed, refused } = this.#feedFrom(log.head, since);
    this.#feed = feed;
    this.refused = refused;
    this.#delivered = feed.position;
  }

  /** What it wants. */
  get subscription(): Subscription {
    return this.#feed.subscription;
  }

  /** Up to here everything was delivered, or was not wanted. */
  get position(): Position {
    const seq = this.#underWay || this.#retry ? this.#delivered : this.#feed.position;
    return { epoch: this.#epoch, seq };
  }

  /** True when nothing in the log waits to be delivered. */
  get idle(): boolean {
    return this.#feed.idle && !this.#underWay && !this.#retry;
  }

  start(): void {
    this.#pump.add(this.#feed);
    this.wake();
  }

  /** More can be taken again; what failed is tried at once. */
  wake(): void {
    if (this.#retry && !this.#stopped) {
      clearTimeout(this.#retry);
      this.#tryNow();
    }
    this.#pump.wake(this.#feed);
  }

  /** What is under way is waited for. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#pump.remove(this.#feed);
    await this.#underWay;
  }

  health(): string | undefined {
    return this.#problem;
  }

  #feedFrom(head: number, since: Position | undefined): { feed: Feed; refused: ResumeReason | undefined } {
    const { log, topics = ['**'], maxTopics = topics.length, sessions } = this.#options;
    const feed = new Feed(log, this.#sink, head, maxTopics);
    const resumed = feed.subscribe(topics, sessions, since);
    return { feed, refused: resumed?.recovered === false ? resumed.reason : undefined };
  }

  readonly #sink: Sink = {
    ready: () => this.#isReady(),
    events: deliveries => this.#deliver(deliveries),
    gap: (from, to, reason) => this.#options.lost?.(reason, from, to),
    replayComplete: () => {},
    failed: error => this.#fail(error),
  };

  #isReady(): boolean {
    if (this.#stopped || this.#underWay || this.#retry) return false;
    if (this.#options.log.epoch !== this.#epoch) this.#goOnInNewEpoch();
    return this.#options.ready?.() ?? true;
  }

  /** The numbering goes on where it was, and so does a consumer that lives in the daemon. */
  #goOnInNewEpoch(): void {
    const { log } = this.#options;
    const { seq } = this.position;
    this.#pump.remove(this.#feed);
    this.#epoch = log.epoch;
    const { feed, refused } = this.#feedFrom(log.head, { epoch: log.epoch, seq });
    this.#feed = feed;
    if (refused) this.#options.lost?.(refused, seq + 1, feed.position);
    this.#pump.add(feed);
    this.wake();
  }

  #deliver(deliveries: readonly Delivery[]): void {
    try {
      const result = this.#options.deliver(deliveries);
      if (result) this.#underWay = this.#settle(result, deliveries);
      else this.#done(deliveries);
    } catch (error) {
      this.#tryAgain(deliveries, error);
    }
  }

  async #settle(result: Promise<void>, deliveries: readonly Delivery[]): Promise<void> {
    try {
      await result;
      this.#underWay = undefined;
      this.#done(deliveries);
      this.wake();
    } catch (error) {
      this.#underWay = undefined;
      this.#tryAgain(deliveries, error);
    }
  }

  #done(deliveries: readonly Delivery[]): void {
    this.#failures = 0;
    this.#problem = undefined;
    this.#delivered = deliveries.at(-1)?.record.seq ?? this.#delivered;
    this.#options.saved?.save({ epoch: this.#epoch, seq: this.#delivered });
  }

  #tryAgain(deliveries: readonly Delivery[], error: unknown): void {
    this.#problem = `${this.name}: ${inWords(error)}`;
    if (this.#stopped) return;
    const wait = Math.min(RETRY_MS * 2 ** this.#failures++, RETRY_MOST_MS);
    this.#tryNow = () => {
      this.#retry = undefined;
      this.#deliver(deliveries);
      this.#pump.wake(this.#feed);
    };
    this.#retry = setTimeout(() => this.#tryNow(), wait).unref();
  }

  #fail(error: unknown): void {
    this.#problem = `${this.name}: ${inWords(error)}`;
    this.#options.failed?.(error);
  }
}
