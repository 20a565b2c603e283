// A connection to an MQTT broker: what is published, and what comes for names, by patterns and as receipts.

import { setTimeout as delay } from 'node:timers/promises';
import type { IConnackPacket, IDisconnectPacket, IPublishPacket, MqttClient } from 'mqtt';
import type { Arrival, ConnectOptions, Link, OutgoingEvent, WireMessage, WireReceipt } from '../driver.ts';
import { NamesError } from '../each-name.ts';
import { InTurn } from '../in-turn.ts';
import { readReceipt } from '../wire-receipt.ts';
import { Acks } from './acks.ts';
import { MqttBoard } from './board.ts';
import { Publisher } from './publisher.ts';
import { type Reason, Subscriptions } from './subscriptions.ts';
import { nameOfTopic, topicOfEvent, topicOfName, topicOfReceipts } from './topics.ts';
import { read, readCaught, write } from './wire.ts';

/** What came with QoS 0 and is not taken in yet: nobody promised to keep it, and there is no end to it. */
const MOST_LOOSE = 1000;
/** How long a goodbye may take, in milliseconds. */
const GOODBYE_MS = 500;
/** Goodbye, and tell the last will: that this node is not online (MQTT 5, 3.14.2.1). */
const WITH_WILL = { reasonCode: 0x04 };
/** What the library makes of this: it acknowledges nothing, and goes on. */
const LATER = new Error('it is acknowledged later');

export class MqttLink implements Link {
  readonly lost: Promise<string>;
  readonly board: MqttBoard;
  readonly #client: MqttClient;
  readonly #options: ConnectOptions;
  readonly #lose: (reason: string) => void;
  readonly #publisher: Publisher;
  readonly #subscriptions: Subscriptions;
  readonly #turns: InTurn;
  readonly #acks = new Acks();
  /** Topics of names that are taken in by now; undefined until it is known which are. */
  #names: ReadonlySet<string> | undefined;
  #loose = 0;

  /** Must be made before the client is connected. */
  constructor(client: MqttClient, options: ConnectOptions) {
    this.#client = client;
    this.#options = options;
    let lose = (_: string): void => {};
    this.lost = new Promise(resolve => {
      lose = resolve;
    });
    this.#lose = lose;
    this.#turns = new InTurn(this.lost);
    this.#publisher = new Publisher(client, this.lost);
    this.#subscriptions = new Subscriptions(client, options.patterns);
    this.board = new MqttBoard(options.node, this.#publisher, this.#subscriptions);
    client.handleMessage = (packet, callback) => {
      this.#arrived(packet);
      callback(packet.qos === 0 ? undefined : LATER);
    };
    client.on('error', error => lose(breakOf(error)));
    client.on('disconnect', packet => lose(this.#farewell(packet)));
    client.on('close', () => lose('the broker closed the connection'));
  }

  /** @throws what the broker refuses */
  async open(connack: IConnackPacket): Promise<void> {
    this.#publisher.limit(connack);
    this.#subscriptions.limit(connack);
    await this.#subscriptions.addOwn(topicOfReceipts(this.#options.node), 1);
    await this.#subscriptions.addPatterns();
  }

  /** One after the other: a broker may refuse one and take those right behind it, and nobody can take them back. */
  async publish(events: readonly OutgoingEvent[]): Promise<void> {
    const { node } = this.#options;
    const properties = { contentType: 'application/json', payloadFormatIndicator: true };
    for (const { id, sessionId, type, body } of events)
      await this.#publisher.publish(topicOfEvent(node, sessionId, type), body, {
        properties: { ...properties, userProperties: { id } },
      });
  }

  async send(name: string, message: WireMessage): Promise<void> {
    const topic = topicOfName(name);
    const { body, properties } = write(name, message, Date.now());
    const isWanted = await this.#publisher.publish(topic, body, { properties });
    if (!isWanted) throw new Error(`nobody is subscribed to ${topic}, and the broker keeps nothing of it`);
  }

  /** A node that has no session at the broker any more was away for long, and wants no receipts. */
  async tell(node: string, receipt: WireReceipt): Promise<void> {
    const userProperties = { id: `${receipt.id}:${receipt.state}` };
    await this.#publisher.publish(topicOfReceipts(node), JSON.stringify(receipt), {
      properties: { contentType: 'application/json', userProperties },
    });
  }

  async consume(names: readonly string[]): Promise<void> {
    const before = this.#names ?? new Set();
    const wanted = new Set(names.map(topicOfName));
    const fresh = [...wanted].filter(topic => !before.has(topic));
    // What comes for them may be here before it is known that they were granted.
    this.#names = new Set([...before, ...wanted]);
    try {
      await this.#subscriptions.addNames(fresh);
    } catch (error) {
      for (const topic of error instanceof NamesError ? error.names : fresh) wanted.delete(topic);
      throw error;
    } finally {
      this.#names = wanted;
      await this.#subscriptions.remove([...before].filter(topic => !wanted.has(topic)));
    }
  }

  async close(): Promise<void> {
    // What is being taken in is acknowledged; what is not comes again.
    await this.#turns.end();
    const left = new Promise<void>(resolve => this.#client.end(false, WITH_WILL, () => resolve()));
    await Promise.race([left, delay(GOODBYE_MS, undefined, { ref: false })]);
    this.#lose('it was closed');
    this.#client.stream.destroy();
  }

  #arrived(packet: IPublishPacket): void {
    const { topic, properties } = packet;
    const ids = [properties?.subscriptionIdentifier ?? []].flat();
    const reasons = this.#subscriptions.reasonsFor(topic, ids);
    if (reasons.includes('own')) this.#hear(topic, packet.payload.toString());
    const arrivals = reasons.flatMap(reason => this.#arrivalBy(reason, packet) ?? []);
    const done = this.#promise(packet, arrivals.length);
    if (done === undefined) return;
    for (const arrival of arrivals)
      this.#turns.add(arrival.name, async () => {
        await this.#options.take(arrival);
        done();
      });
    if (arrivals.length === 0) done();
  }

  /** Returns what is to be called once for each time it is taken; undefined when it is not to be taken at all. */
  #promise({ qos, messageId = 0 }: IPublishPacket, times: number): (() => void) | undefined {
    let left = Math.max(1, times);
    if (qos === 0 && this.#loose >= MOST_LOOSE) return undefined;
    if (qos === 0) this.#loose += 1;
    const end =
      qos === 0
        ? () => {
            this.#loose -= 1;
          }
        : this.#acks.add(() => this.#acknowledge(messageId));
    return () => {
      left -= 1;
      if (left === 0) end();
    };
  }

  /** Undefined for what is nobody's message. */
  #arrivalBy(reason: Reason, { topic, payload, properties = {} }: IPublishPacket): Arrival | undefined {
    const body = Buffer.from(payload);
    const raw = body.toString();
    if (reason === 'own') return undefined;
    if (reason !== 'name') return { name: reason.pattern, raw, message: readCaught(topic, body, properties) };
    const name = nameOfTopic(topic);
    if (name === undefined) return undefined;
    // Of an earlier daemon, whose session this is: what the broker has kept for it is taken in, and no more of it is wanted.
    if (this.#names?.has(topic) === false) this.#subscriptions.remove([topic]).catch(() => {});
    return { name, raw, message: read(body, properties) };
  }

  #hear(topic: string, body: string): void {
    if (topic !== topicOfReceipts(this.#options.node)) return this.board.hear(topic, body);
    const receipt = readReceipt(body);
    if (receipt !== undefined) this.#options.hear(receipt);
  }

  /** A PUBACK without a reason is one of success (MQTT 5, 3.4.2.1). The library would send it only before it reads anything else. */
  #acknowledge(messageId: number): void {
    if (this.#client.connected)
      this.#client.stream.write(Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]));
  }

  #farewell({ reasonCode = 0 }: IDisconnectPacket): string {
    if (reasonCode === 0x8e)
      return `somebody else came as hookline-${this.#options.node}: each hookline at a broker needs a "node" of its own in the configuration`;
    return `the broker ended the connection (reason code 0x${reasonCode.toString(16).padStart(2, '0')})`;
  }
}

/** Mosquitto says "packet too large" where MQTT 5 knows no such reason (3.4.2.1), and the library does not go on after that. */
function breakOf({ message }: Error): string {
  if (!/^Invalid puback reason code/.test(message)) return message || 'the connection broke';
  return 'the broker refused something with a reason that MQTT 5 does not have; if that is its message_size_limit, give it max_packet_size in its place, which it tells';
}
