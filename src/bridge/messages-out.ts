// Sends messages to names at a broker, and hears what became of them there.
import { type Carrier, type CarrierReceipt, elsewhere, NotCarriedError } from '../inbox/index.ts';
import type { Message } from '../protocol/index.ts';
import type { Connection } from './connection.ts';
import type { Driver, WireMessage, WireReceipt } from './driver.ts';

export interface MessagesOutOptions {
  readonly label: string;
  readonly node: string;
  readonly driver: Driver;
  readonly connection: Connection;
  /** What a message that came in was called by its sender, by its id here. */
  readonly keyOf: (id: string) => string | undefined;
  /** What its sender called the conversation, by its id here. */
  readonly conversationOf: (id: string) => string | undefined;
  /** Which hookline there has somebody who is known here, and what they are called there. Default: nobody is. */
  readonly route?: Route | undefined;
  readonly now: () => number;
}

export type Route = (address: string) => { readonly node: string; readonly to: string } | undefined;

export class MessagesOut implements Carrier {
  readonly name: string;
  onReceipt: (receipt: CarrierReceipt) => void = () => {};
  onOpen: () => void = () => {};
  readonly reaches?: (address: string) => boolean;
  readonly #options: MessagesOutOptions;

  constructor(options: MessagesOutOptions) {
    const { label, route } = options;
    this.name = label;
    if (route !== undefined) this.reaches = address => route(address) !== undefined;
    this.#options = options;
  }

  whyNoAddress(address: string): string | undefined {
    return this.#options.driver.whyNoName(nameIn(address));
  }

  whyNot(): string | undefined {
    return this.#options.connection.problem;
  }

  async carry(message: Message, address: string): Promise<void> {
    const { driver, connection, route, now } = this.#options;
    const known = route?.(address);
    const name = (known && driver.ownQueue?.(known.node)) ?? nameIn(address);
    const problem = driver.whyNoName(name);
    if (problem !== undefined) throw new NotCarriedError(problem);
    const ttlMs = message.expiresAt - now();
    if (ttlMs <= 0) throw new Error('its time is up');
    const wire = { ...this.#toWire(message, ttlMs), to: known?.to };
    await connection.over('messages', link => link.send(name, wire));
  }

  /** A hookline there has said what became of a message. */
  hear({ id, state, reason }: WireReceipt): void {
    this.onReceipt({ messageId: id, state, reason });
  }

  #toWire(message: Message, ttlMs: number): WireMessage {
    const { id, from, createdAt, priority, files, metadata, replyTo, inReplyTo, type, payload } = message;
    // Whoever sent what is answered knows it by the name it had there.
    const answered = inReplyTo === undefined ? undefined : (this.#options.keyOf(inReplyTo) ?? inReplyTo);
    return {
      ...{ id, from: this.#local(from), message: message.message, type, payload, createdAt, ttlMs, priority },
      ...{ files, metadata, replyTo: replyTo === undefined ? undefined : this.#local(replyTo) },
      ...{ correlationId: answered ?? message.correlationId, node: this.#options.node },
      answersIn: inReplyTo === undefined ? undefined : this.#options.conversationOf(inReplyTo),
    };
  }

  /** A name of this broker is called there without its label. */
  #local(address: string): string {
    const place = elsewhere(address);
    return place?.carrier === this.name ? place.there : address;
  }
}

const nameIn = (address: string): string => elsewhere(address)?.there ?? address;
