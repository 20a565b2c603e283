// A connection to a NATS server: what is published into its streams, and what is taken from them.
import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamClient, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type {
  ConnectOptions,
  HubListener,
  Link,
  OutgoingEvent,
  WireMessage,
  WireReceipt,
} from '../driver.ts';
import { forEachName } from '../each-name.ts';
import { InTurn } from '../in-turn.ts';
import { writeBody } from '../wire-body.ts';
import { readReceipt } from '../wire-receipt.ts';
import { Board } from './board.ts';
import { listenToHubs, NatsHubSide } from './hub-side.ts';
import { Intake } from './intake.ts';
import { Publisher } from './publisher.ts';
import { NatsError, wordsOf } from './refusal.ts';
import { Streams } from './streams.ts';
import {
  consumerOfName,
  consumerOfPattern,
  idOf,
  messageSubject,
  readCaught,
  readStored,
  receiptSubject,
} from './wire.ts';

/** How long the last words may take to get there, in milliseconds. */
const LAST_WORDS_MS = 500;
/** What no stream holds waits here: most messages of a pattern. What comes while as many wait is lost, as NATS has it. */
const WAITING = 1000;

export class NatsLink implements Link {
  readonly lost: Promise<string>;
  readonly board: Board;
  readonly hub: NatsHubSide;
  readonly #connection: NatsConnection;
  readonly #options: ConnectOptions;
  readonly #lose: (reason: string) => void;
  readonly #turns: InTurn;
  readonly #streams: Streams;
  readonly #publisher: Publisher;
  readonly #intake: Intake;
  /** By name, what ends taking in what comes for it. */
  readonly #taken = new Map<string, () => void>();
  #consuming: Promise<unknown> = Promise.resolve();
  #isLost = false;

  constructor(connection: NatsConnection, options: ConnectOptions) {
    this.#connection = connection;
    this.#options = options;
    let lose = (_: string): void => {};
    this.lost = new Promise(resolve => {
      lose = resolve;
    });
    this.#lose = lose;
    const client: JetStreamClient = jetstream(connection);
    this.#turns = new InTurn(this.lost);
    this.#streams = new Streams(connection);
    this.#publisher = new Publisher(
      client,
      this.#streams,
      () => connection.info?.max_payload ?? Number.POSITIVE_INFINITY,
    );
    this.#intake = new Intake({ jetstream: client, streams: this.#streams, turns: this.#turns, lose });
    this.board = new Board(client, options.node);
    this.hub = new NatsHubSide({ connection, jetstream: client, streams: this.#streams, lose });
    void this.lost.then(() => this.#leave());
    void this.#watch();
    void connection.closed().then(error => lose(error ? wordsOf(error) : 'the server closed the connection'));
  }

  /** @throws NatsError */
  async open(): Promise<void> {
    const { node, patterns, hear } = this.#options;
    await this.#streams.ensure('HOOKLINE_RECEIPTS');
    await this.#intake.begin({
      ...{ stream: 'HOOKLINE_RECEIPTS', consumer: `hookline_${node}`, subject: receiptSubject(node) },
      from: 'start',
      handle: async message => {
        const receipt = readReceipt(message.string());
        if (receipt !== undefined) hear(receipt);
      },
    });
    for (const pattern of patterns) await this.#catch(pattern);
  }

  publish(events: readonly OutgoingEvent[]): Promise<void> {
    return this.#publisher.publishAll(this.#options.node, events);
  }

  async send(name: string, message: WireMessage): Promise<void> {
    // Ids are the sender's own: another sender may have the same.
    const id = message.id === undefined ? undefined : `${this.#options.node}:${name}:${message.id}`;
    await this.#publisher.publish('HOOKLINE_IN', messageSubject(name), writeBody(name, message), id);
  }

  async tell(node: string, receipt: WireReceipt): Promise<void> {
    await this.#publisher.publish('HOOKLINE_RECEIPTS', receiptSubject(node), JSON.stringify(receipt));
  }

  listenToHubs(listener: HubListener): Promise<void> {
    return listenToHubs(this.#connection, this.#options.node, listener);
  }

  consume(names: readonly string[]): Promise<void> {
    const next = this.#consuming.then(() => this.#consume(names));
    this.#consuming = next.catch(() => {});
    return next;
  }

  async close(): Promise<void> {
    // What is being taken in is acknowledged; what is not is given back, and comes again.
    await this.#turns.end();
    this.#intake.giveBack();
    const said = this.#isLost ? Promise.resolve() : this.board.close().then(() => this.#connection.flush());
    await Promise.race([said.catch(() => {}), delay(LAST_WORDS_MS, undefined, { ref: false })]);
    this.#lose('it was closed');
    await this.#connection.close().catch(() => {});
  }

  async #consume(names: readonly string[]): Promise<void> {
    for (const [name, end] of this.#taken) {
      if (names.includes(name)) continue;
      this.#taken.delete(name);
      end();
    }
    await forEachName(names, async name => {
      if (this.#taken.has(name) || this.#isLost) return;
      await this.#streams.ensure('HOOKLINE_IN');
      const end = await this.#intake.begin({
        ...{ stream: 'HOOKLINE_IN', consumer: consumerOfName(name), subject: messageSubject(name) },
        ...{ from: 'start', isShared: true },
        handle: message => this.#take(name, message),
      });
      if (end === undefined)
        throw new NatsError(
          `the stream HOOKLINE_IN does not hold ${messageSubject(name)}; give it hookline.in.>`,
        );
      this.#taken.set(name, end);
    });
  }

  async #take(name: string, stored: JsMsg): Promise<void> {
    const message = readStored(stored, Date.now());
    if ('malformed' in message || message.ttlMs === undefined || message.ttlMs > 0)
      return this.#options.take({ name, raw: stored.string(), message });
    // Its time was up before anybody took it.
    const { node, id } = message;
    if (node !== undefined && id !== undefined)
      await this.tell(node, { id, state: 'expired' }).catch(() => {});
  }

  /** From a stream that holds it, so that nothing is missed; what none holds is taken as it flies by. */
  async #catch(pattern: string): Promise<void> {
    const consumer = consumerOfPattern(this.#options.node, pattern);
    for (const stream of await this.#streams.holding(pattern)) {
      const end = await this.#intake.begin({
        ...{ stream, consumer, subject: pattern, from: 'now' },
        handle: stored => {
          const raw = stored.string();
          const message = readCaught(stored.subject, raw, stored.headers, idOf(stored));
          return this.#options.take({ name: pattern, raw, message });
        },
      });
      if (end !== undefined) return;
    }
    this.#hear(pattern);
  }

  #hear(pattern: string): void {
    let waiting = 0;
    this.#connection.subscribe(pattern, {
      callback: (error, message) => {
        if (error) return this.#lose(`nothing more is heard of ${pattern}: ${wordsOf(error)}`);
        if (waiting >= WAITING) return;
        waiting++;
        this.#turns.add(`pattern ${pattern}`, async () => {
          const raw = message.string();
          await this.#options.take({
            name: pattern,
            raw,
            message: readCaught(message.subject, raw, message.headers),
          });
          waiting--;
        });
      },
    });
  }

  /** The library notices a line that is dead, and closes the connection without a reason. */
  async #watch(): Promise<void> {
    for await (const { type } of this.#connection.status())
      if (type === 'staleConnection') this.#lose('it gives no sign of life');
  }

  #leave(): void {
    this.#isLost = true;
    this.#intake.leave();
    this.board.leave();
  }
}
