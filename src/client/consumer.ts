// One consumer: takes what a stream tells it, hands it to the program in order, and keeps its position.
import type { EventEnvelope, Position } from '../protocol/index.ts';
import type { Clock } from './clock.ts';
import { ClosedError, LossError } from './errors.ts';
import { Queue } from './queue.ts';
import type { Reader } from './reader.ts';
import { onAbort } from './signals.ts';
import type { Flow } from './stream.ts';
import { compileTopics } from './topics.ts';
import type { Delivery, Loss, OnLoss, PositionStore, Snapshot, Subscription } from './types.ts';

export interface ConsumerOptions<T> {
  readonly topics: readonly string[];
  readonly sessionId?: string | readonly string[];
  readonly signal?: AbortSignal;
  /** Events that may wait before it counts as full. */
  readonly buffer: number;
  readonly onLoss: OnLoss;
  readonly store?: PositionStore | undefined;
  /** Default `at-least-once`. */
  readonly delivery?: Delivery;
  /** It ends at the head of the log as of its beginning. Default false. */
  readonly finite?: boolean;
  /** What the program gets for an event. */
  readonly event: (event: EventEnvelope) => T;
  /** What the program gets for a snapshot; absent when it wants none. */
  readonly snapshot?: (snapshot: Snapshot, loss: Loss | undefined) => T;
  readonly clock: Clock;
  /** It goes on from another position. */
  readonly onSeek: (position: Position) => void;
  /** It is over. */
  readonly onGone: () => void;
}

/** What waits for the program; `at` is the position once it was taken. */
type Entry<T> =
  | { readonly kind: 'value'; readonly at: Position; readonly value: T }
  | { readonly kind: 'loss'; readonly at: Position; readonly loss: Loss }
  | { readonly kind: 'quiet'; readonly at: Position };

/** Milliseconds between positions that are saved though no event came. */
const QUIET_MS = 5_000;

export class Consumer<T> implements Reader, Flow, Subscription<T> {
  readonly topics: readonly string[];
  readonly sessions: ReadonlySet<string> | undefined;
  readonly wantsSnapshots: boolean;
  readonly wantsHead: boolean;
  readonly ready: Promise<Position>;
  onTaken: () => void = () => {};
  readonly #options: ConsumerOptions<T>;
  readonly #matches: (topic: string) => boolean;
  readonly #items: AsyncGenerator<T, undefined>;
  readonly #forgetSignal: () => void;
  #settleReady: { resolve: (position: Position) => void; reject: (error: Error) => void } | undefined;
  #queue: Queue<Entry<T>>;
  #ended = false;
  #received: Position | undefined;
  #taken: Position | undefined;
  #until: Position | undefined;
  #savedAt = 0;
  /** Why the next snapshot comes. */
  #loss: Loss | undefined;

  /** @throws SubscriptionError for a topic outside the grammar. */
  constructor(options: ConsumerOptions<T>) {
    const { topics, sessionId, snapshot, finite = false, signal } = options;
    this.#options = options;
    this.#matches = compileTopics(topics);
    this.topics = [...topics];
    this.sessions = sessionId === undefined ? undefined : new Set([sessionId].flat());
    this.wantsSnapshots = snapshot !== undefined;
    this.wantsHead = finite;
    this.#queue = this.#newQueue();
    this.#items = this.#run();
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.ready.catch(() => {}); // Nobody has to look.
    this.#forgetSignal = onAbort(signal, () => this.close());
  }

  // What the program sees.

  get position(): Position | undefined {
    return this.#queue.size === 0 ? this.#received : this.#taken;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return this.#items.next();
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.close();
    return this.#items.return(undefined);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  close(): void {
    // What is dropped was received, but the program never had it.
    if (this.#queue.size > 0) this.#received = this.#taken;
    this.#queue.clear();
    this.#end(new ClosedError());
    this.#queue.end();
  }

  // What the stream sees.

  get ended(): boolean {
    return this.#ended;
  }

  get full(): boolean {
    return this.#queue.full;
  }

  get roomy(): boolean {
    return this.#queue.roomy;
  }

  wants(event: EventEnvelope): boolean {
    return this.#matches(event.type) && (this.sessions === undefined || this.sessions.has(event.sessionId));
  }

  begin(position: Position, snapshot: Snapshot): void {
    this.#received = position;
    this.#taken ??= position;
    this.#settleReady?.resolve(position);
    this.#settleReady = undefined;
    const { finite, snapshot: show } = this.#options;
    if (show !== undefined) this.#put({ kind: 'value', at: position, value: show(snapshot, this.#loss) });
    this.#loss = undefined;
    if (this.#options.store !== undefined) this.#put({ kind: 'quiet', at: position });
    if (finite) this.#until ??= { epoch: snapshot.epoch, seq: snapshot.seq };
    this.reach(position);
  }

  take(event: EventEnvelope, position: Position): void {
    if (this.#until !== undefined && event.seq > this.#until.seq) return;
    this.#put({ kind: 'value', at: position, value: this.#options.event(event) });
  }

  reach(position: Position): void {
    this.#received = position;
    if (this.#until !== undefined) {
      if (position.epoch !== this.#until.epoch || position.seq >= this.#until.seq) this.#queue.end();
      return;
    }
    const { store, clock } = this.#options;
    if (store === undefined || !this.#queue.awaited || clock.now() - this.#savedAt < QUIET_MS) return;
    this.#put({ kind: 'quiet', at: position });
  }

  lose(loss: Loss): void {
    if (this.wantsSnapshots) this.#loss = loss;
    else this.#put({ kind: 'loss', at: loss.to, loss });
    this.#received = loss.to;
  }

  move(position: Position, { epoch, seq }: Snapshot): void {
    if (this.#until !== undefined) this.#until = { epoch, seq };
    this.reach(position);
  }

  /** Ends it; the program gets what waits, and then the error. */
  fail(error: Error): void {
    this.#end(error);
    this.#queue.end({ cause: error });
  }

  #put(entry: Entry<T>): void {
    this.#queue.push(entry);
  }

  #end(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#settleReady?.reject(error);
    this.#settleReady = undefined;
    this.#forgetSignal();
    this.#options.onGone();
  }

  async *#run(): AsyncGenerator<T, undefined> {
    const { delivery } = this.#options;
    try {
      for (;;) {
        const entry = await this.#queue.take();
        if (entry === undefined) return undefined;
        this.#taken = entry.at;
        if (entry.kind === 'loss') {
          if (this.#options.onLoss === 'yield') yield entry.loss as T;
          else await this.#decide(entry.loss);
        }
        if (entry.kind === 'value') {
          if (delivery === 'at-most-once') await this.#save(entry.at);
          yield entry.value;
          if (delivery === 'at-most-once') continue;
        }
        await this.#save(this.position);
      }
    } finally {
      this.close();
    }
  }

  /** Asks the program what to do about a loss. */
  async #decide(loss: Loss): Promise<void> {
    const { onLoss, onSeek } = this.#options;
    if (typeof onLoss !== 'function') throw new LossError(loss);
    const to = await onLoss(loss);
    if (to === undefined || this.#ended) return;
    this.#queue = this.#newQueue();
    this.#until = undefined;
    this.#taken = to;
    this.#received = to;
    onSeek(to);
  }

  async #save(position: Position | undefined): Promise<void> {
    const { store, clock } = this.#options;
    if (store === undefined || position === undefined) return;
    this.#savedAt = clock.now();
    await store.save(position);
  }

  #newQueue(): Queue<Entry<T>> {
    const queue = new Queue<Entry<T>>(this.#options.buffer);
    queue.onTaken = () => this.onTaken();
    return queue;
  }
}
