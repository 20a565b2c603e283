// Sends the events of the log to a broker, in order and without a hole: what it confirmed is remembered, and gone on from.
import { Consumer, type Delivery, type Pump } from '../fanout/index.ts';
import { NotCarriedError } from '../inbox/index.ts';
import { envelopeText, type LogReader } from '../log/index.ts';
import type { ResumeReason } from '../protocol/index.ts';
import type { Connection } from './connection.ts';
import type { Link, OutgoingEvent } from './driver.ts';
import { Portion } from './portion.ts';
import type { PositionFile } from './position-file.ts';

export interface EventsOutOptions {
  readonly label: string;
  readonly node: string;
  readonly topics: readonly string[];
  readonly log: LogReader;
  readonly pump: Pump;
  readonly connection: Connection;
  readonly positions: PositionFile;
  readonly now: () => number;
  readonly warn: (words: string) => void;
}

/** How long to wait before the rest is tried of what was refused in part, in milliseconds. */
const SOON_MS = 500;

/** Events that do not go out, for the log does not hold them any more, or no broker takes the like; both bounds included. */
interface Gap {
  readonly reason: ResumeReason | 'too_large';
  readonly from: number;
  readonly to: number;
}

export class EventsOut {
  readonly #options: EventsOutOptions;
  readonly #consumer: Consumer;
  readonly #portion = new Portion();
  /** Events on their way; the first so many of them are confirmed. */
  #underWay: { readonly deliveries: readonly Delivery[]; confirmed: number } | undefined;
  /** To be told before the next event. */
  #gap: Gap | undefined;

  constructor(options: EventsOutOptions) {
    const { label, topics, log, pump, connection, positions } = options;
    this.#options = options;
    const before = positions.load('events');
    this.#consumer = new Consumer({
      name: `events to ${label}`,
      log,
      pump,
      topics,
      saved: {
        load: () => before,
        save: position => positions.save('events', position),
      },
      ready: () => connection.problem === undefined,
      deliver: deliveries => this.#send(deliveries),
      lost: (reason, from, to) => {
        this.#gap = { reason, from: this.#gap?.from ?? from, to };
      },
    });
    if (before === undefined) positions.save('events', this.#consumer.position);
    const { refused } = this.#consumer;
    if (before !== undefined && refused !== undefined)
      this.#gap = { reason: refused, from: before.seq + 1, to: log.head };
  }

  /** The seq up to which everything was confirmed, or was not wanted. */
  get lastSeq(): number {
    const { deliveries = [], confirmed = 0 } = this.#underWay ?? {};
    return deliveries[confirmed - 1]?.record.seq ?? this.#consumer.position.seq;
  }

  start(): void {
    this.#consumer.start();
  }

  wake(): void {
    this.#consumer.wake();
  }

  async stop(): Promise<void> {
    await this.#consumer.stop();
  }

  /** What is given again goes on after what was confirmed of it: over a slow line there may be no time for all of it at once. */
  async #send(deliveries: readonly Delivery[]): Promise<void> {
    if (this.#underWay?.deliveries !== deliveries) this.#underWay = { deliveries, confirmed: 0 };
    const underWay = this.#underWay;
    const before = underWay.confirmed;
    try {
      await this.#options.connection.over('events', async link => {
        while (underWay.confirmed < deliveries.length) {
          const some = deliveries.slice(underWay.confirmed, underWay.confirmed + this.#portion.size);
          await this.#publish(link, some);
          underWay.confirmed += some.length;
          this.#options.positions.save('events', { ...this.#consumer.position, seq: this.lastSeq });
        }
      });
    } catch (error) {
      // What gets on, if slowly, need not wait ever longer.
      if (underWay.confirmed > before) setTimeout(() => this.wake(), SOON_MS).unref();
      throw error;
    }
    this.#underWay = undefined;
  }

  async #publish(link: Link, deliveries: readonly Delivery[]): Promise<void> {
    const gap = this.#gap;
    const events = deliveries.map(({ record, form }) =>
      this.#event(record.seq, record, envelopeText(record, form)),
    );
    const all = gap === undefined ? events : [this.#eventOf(gap), ...events];
    const began = performance.now();
    try {
      await link.publish(all);
    } catch (error) {
      this.#portion.failed();
      // Of several it is not known which one it is; the next try is with one.
      if (!(error instanceof NotCarriedError) || deliveries.length > 1) throw error;
      await this.#skip(link, deliveries, error);
    }
    this.#portion.confirmed(performance.now() - began);
    if (this.#gap === gap) this.#gap = undefined;
  }

  /** Nothing is to wait for ever behind an event that is never taken: that it is missing is told in its place. */
  async #skip(link: Link, [skipped]: readonly Delivery[], { message }: Error): Promise<void> {
    const { seq } = skipped?.record ?? { seq: 0 };
    await link.publish([this.#eventOf({ reason: 'too_large', from: seq, to: seq })]);
    this.#options.warn(`event ${seq} does not go out, and is told as a gap: ${message}`);
  }

  #event(
    seq: number,
    { sessionId, type, timestamp }: { sessionId: string; type: string; timestamp: number },
    body: string,
  ): OutgoingEvent {
    const { node, log } = this.#options;
    return { id: `${node}:${log.epoch}:${seq}`, sessionId, type, timestamp, body };
  }

  /** What does not go out is told by an event of its own, which no log holds. */
  #eventOf({ reason, from, to }: Gap): OutgoingEvent {
    const timestamp = this.#options.now();
    const body = JSON.stringify({
      ...{ type: 'gap', timestamp, sessionId: '', source: 'hookline', seq: to },
      data: { from, to, reason },
    });
    return { ...this.#event(to, { sessionId: '', type: 'gap', timestamp }, body) };
  }
}
