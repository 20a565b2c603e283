// A connection to an AMQP broker: what is declared there, what is published, and what is consumed.
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import { queueNameOf } from '../../inbox/index.ts';
import type { Arrival, ConnectOptions, Link, OutgoingEvent, WireMessage, WireReceipt } from '../driver.ts';
import { forEachName } from '../each-name.ts';
import { InTurn } from '../in-turn.ts';
import { sessionPart } from '../wire-name.ts';
import { readReceipt } from '../wire-receipt.ts';
import { read, write } from './wire.ts';

/** Where events go, and where messages go: the second is cbroker's. */
const EVENTS = 'hookline';
const MESSAGES = 'claudeBroker';
/** As cbroker declares a queue: with anything else its own declaration would be refused. */
const QUEUE = { 'x-message-ttl': 86_400_000, 'x-max-length': 1000, 'x-overflow': 'drop-head' };
/** Receipts that nobody fetches are of no use for long, nor is the queue of a node that does not come back; in milliseconds. */
const RECEIPTS = { durable: true, messageTtl: 24 * 3600_000, expires: 30 * 24 * 3600_000 };
/** Messages that are on their way to us and not acknowledged, of all queues together. */
const PREFETCH = 50;
/** How long a goodbye may take, in milliseconds. */
const GOODBYE_MS = 300;
/** Codes of a broker that does not let this user make something, and of one that has it, and other than it is declared. */
const [ACCESS_REFUSED, PRECONDITION_FAILED] = [403, 406];

/** What the library says of a refusal, and what that means: no broker says why. */
const NACKED = 'message nacked';
const REFUSED = 'the broker did not take it; a queue that it is for may be full (x-overflow), or its disk';

const receiptQueue = (node: string): string => `hookline-receipts-${node}`;

type Handler = (delivery: ConsumeMessage) => Promise<void>;
type Work = (channel: Channel) => Promise<unknown>;

const codeOf = (error: unknown): number => Number((error as { code?: unknown }).code);

export class AmqpLink implements Link {
  readonly lost: Promise<string>;
  readonly #connection: ChannelModel;
  readonly #options: ConnectOptions;
  readonly #lose: (reason: string) => void;
  /** By queue, what to stop it by. */
  readonly #consumers = new Map<string, string>();
  readonly #turns: InTurn;
  /** Queues that are known to be there. */
  readonly #declared = new Set<string>();
  #out: ConfirmChannel | undefined;
  #in: Channel | undefined;
  /** Ids of what the broker had no queue for; told before it is confirmed. */
  readonly #returned = new Set<unknown>();
  /** Whether an event was refused, while those after it were on their way: from then on each waits for the one before it. */
  #isOneByOne = false;

  constructor(connection: ChannelModel, options: ConnectOptions) {
    this.#connection = connection;
    this.#options = options;
    let lose = (_: string): void => {};
    this.lost = new Promise(resolve => {
      lose = resolve;
    });
    this.#lose = lose;
    this.#turns = new InTurn(this.lost);
    connection.on('error', error => lose(error.message));
    connection.on('close', error => lose(error?.message ?? 'the broker closed the connection'));
    connection.on('blocked', reason => options.blocked?.(`the broker takes nothing for now: ${reason}`));
    connection.on('unblocked', () => options.blocked?.(undefined));
  }

  /** @throws what the broker refuses */
  async open(): Promise<void> {
    const out = await this.#connection.createConfirmChannel();
    this.#watch(out);
    out.on('return', ({ properties }) => this.#returned.add(properties.messageId));
    await this.#declareExchange(EVENTS, 'topic');
    await this.#declareExchange(MESSAGES, 'direct');
    this.#out = out;
    const { node, patterns } = this.#options;
    this.#in = await this.#connection.createChannel();
    this.#watch(this.#in);
    await this.#in.prefetch(PREFETCH, true);
    await this.#makeOrFind(
      channel => channel.assertQueue(receiptQueue(node), RECEIPTS),
      channel => channel.checkQueue(receiptQueue(node)),
    );
    await this.#listen(receiptQueue(node), async delivery => {
      const receipt = readReceipt(delivery.content.toString());
      if (receipt !== undefined) this.#options.hear(receipt);
    });
    for (const pattern of patterns) {
      await this.#declare(pattern, {});
      await this.#listen(pattern, delivery => this.#options.take(caught(pattern, delivery)));
    }
  }

  async publish(events: readonly OutgoingEvent[]): Promise<void> {
    if (this.#isOneByOne) {
      for (const event of events) await this.#publishOne(event);
      return;
    }
    try {
      await Promise.all(events.map(event => this.#publishOne(event)));
    } catch (error) {
      this.#isOneByOne = true;
      throw error;
    }
  }

  async send(name: string, message: WireMessage): Promise<void> {
    const queue = queueNameOf(name);
    await this.#declare(queue, QUEUE, MESSAGES);
    const { from = '', replyTo = this.#consumers.has(queueNameOf(from)) ? from : undefined } = message;
    // Where an answer is taken in that is said: cbroker tells its session how to answer only then.
    const { body, properties } = write(queue, { ...message, replyTo }, Date.now());
    await this.#publish(MESSAGES, queue, body, { ...properties, mandatory: true });
    if (!this.#returned.delete(message.id)) return;
    this.#declared.delete(queue);
    throw new Error(`the queue ${queue} was taken away`);
  }

  async tell(node: string, receipt: WireReceipt): Promise<void> {
    await this.#publish('', receiptQueue(node), JSON.stringify(receipt), {
      ...{ deliveryMode: 2, contentType: 'application/json', messageId: `${receipt.id}:${receipt.state}` },
    });
  }

  async consume(names: readonly string[]): Promise<void> {
    const wanted = new Set(names.map(queueNameOf));
    const kept = new Set([receiptQueue(this.#options.node), ...this.#options.patterns]);
    for (const [queue, tag] of this.#consumers) {
      if (wanted.has(queue) || kept.has(queue)) continue;
      this.#consumers.delete(queue);
      await this.#in?.cancel(tag);
    }
    await forEachName(names, async name => {
      const queue = queueNameOf(name);
      if (this.#consumers.has(queue)) return;
      await this.#declare(queue, QUEUE, MESSAGES);
      await this.#listen(queue, delivery => this.#options.take(arrivalOf(name, delivery)));
    });
  }

  async close(): Promise<void> {
    // What is being taken in is acknowledged; what is not comes again.
    await this.#turns.end();
    this.#lose('it was closed');
    await leave(this.#connection);
  }

  #publishOne({ id, sessionId, type, timestamp, body }: OutgoingEvent): Promise<void> {
    const key = `events.${this.#options.node}.${sessionPart(sessionId)}.${type}`;
    return this.#publish(EVENTS, key, body, {
      ...{ messageId: id, deliveryMode: 2, contentType: 'application/json', type },
      timestamp: Math.floor(timestamp / 1000),
    });
  }

  /** Resolves once the broker has it on record. */
  #publish(exchange: string, key: string, body: string, options: Options.Publish): Promise<void> {
    const channel = this.#out;
    if (channel === undefined) return Promise.reject(new Error('the channel is not open'));
    return new Promise((resolve, reject) => {
      channel.publish(exchange, key, Buffer.from(body), options, error =>
        error ? reject(error.message === NACKED ? new Error(REFUSED) : error) : resolve(),
      );
    });
  }

  /** One of another type would take what nobody then gets: it is refused. */
  async #declareExchange(name: string, type: 'topic' | 'direct'): Promise<void> {
    await this.#makeOrFind(
      channel => channel.assertExchange(name, type, { durable: true }),
      channel => channel.checkExchange(name),
      [ACCESS_REFUSED],
    );
  }

  async #declare(queue: string, args: object, exchange?: string): Promise<void> {
    if (this.#declared.has(queue)) return;
    await this.#makeOrFind(
      channel => channel.assertQueue(queue, { durable: true, arguments: args }),
      channel => channel.checkQueue(queue),
    );
    if (exchange !== undefined) await this.#bind(queue, exchange);
    this.#declared.add(queue);
  }

  /** Where that is not for this user to do, whoever made the queue has bound it, or sends to it by its name. */
  async #bind(queue: string, exchange: string): Promise<void> {
    try {
      await this.#onOwnChannel(channel => channel.bindQueue(queue, exchange, queue));
    } catch (error) {
      if (codeOf(error) !== ACCESS_REFUSED) throw error;
    }
  }

  /** What is there is used as it is, however it was made, also by a user who may make nothing. @throws why it cannot be made */
  async #makeOrFind(make: Work, find: Work, refusals = [ACCESS_REFUSED, PRECONDITION_FAILED]): Promise<void> {
    try {
      await this.#onOwnChannel(make);
    } catch (error) {
      if (!refusals.includes(codeOf(error))) throw error;
      await this.#onOwnChannel(find).catch(() => {
        throw error;
      });
    }
  }

  /** A refusal ends the channel that asked: what else goes on must not go with it. */
  async #onOwnChannel(work: Work): Promise<void> {
    const channel = await this.#connection.createChannel();
    channel.on('error', () => {});
    await work(channel);
    await channel.close();
  }

  async #listen(queue: string, handle: Handler): Promise<void> {
    const channel = this.#in;
    if (channel === undefined) throw new Error('the channel is not open');
    const { consumerTag } = await channel.consume(queue, delivery => {
      if (delivery === null) return this.#lose(`the broker took the queue ${queue} away`);
      // What is taken in only after the connection was lost comes again, and is known by its id.
      this.#turns.add(queue, async () => {
        await handle(delivery);
        channel.ack(delivery);
      });
    });
    this.#consumers.set(queue, consumerTag);
  }

  /** One that breaks is of no more use, and takes the whole connection with it: the next one begins anew. */
  #watch(channel: Channel): void {
    channel.on('error', error => this.#lose(error.message));
    channel.on('close', () => this.#lose('the broker closed the channel'));
  }
}

/** Says goodbye. The library ends its own side only, and a broker that takes nothing never ends the other. */
export async function leave(connection: ChannelModel): Promise<void> {
  const closed = connection.close().catch(() => {});
  await Promise.race([closed, delay(GOODBYE_MS, undefined, { ref: false })]);
  (connection.connection as unknown as { readonly stream: Socket }).stream.destroy();
}

function arrivalOf(name: string, { content, properties }: ConsumeMessage): Arrival {
  const raw = content.toString();
  return { name, raw, message: read(raw, properties, Date.now()) };
}

/** What is nobody's message: its text as it is. */
function caught(pattern: string, { content, properties, fields }: ConsumeMessage): Arrival {
  const raw = content.toString();
  const id: unknown = properties.messageId;
  const message =
    raw === '' ? { malformed: 'it is empty' } : { message: raw, metadata: { topic: fields.routingKey } };
  return { name: pattern, raw, message: typeof id === 'string' && id !== '' ? { id, ...message } : message };
}
