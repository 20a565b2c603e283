// Publishes into streams, each confirmed; many events at once, and none of them out of order.
import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import { NotCarriedError } from '../../inbox/index.ts';
import type { OutgoingEvent } from '../driver.ts';
import { isCode, isUnanswered, NatsError, wordsOf } from './refusal.ts';
import type { StreamName, Streams } from './streams.ts';
import { eventSubject } from './wire.ts';

/** How long a confirmation may take, in milliseconds. A line that is cut is noticed before. */
const CONFIRM_MS = 30_000;
/** Room for what a server counts as a part of a message beside its body, in bytes. */
const BESIDE = 1024;
/** Code of a server whose stream does not end with the message that it was told it would. */
const WRONG_LAST_ID = 10070;

export class Publisher {
  readonly #jetstream: JetStreamClient;
  readonly #streams: Streams;
  readonly #mostBytes: () => number;

  /** @param mostBytes the largest message that the server takes */
  constructor(jetstream: JetStreamClient, streams: Streams, mostBytes: () => number) {
    this.#jetstream = jetstream;
    this.#streams = streams;
    this.#mostBytes = mostBytes;
  }

  /** @param id what the stream knows a repeat by. @throws NatsError; NotCarriedError for what is larger than the server takes */
  async publish(stream: StreamName, subject: string, body: string, id?: string): Promise<void> {
    await this.#streams.ensure(stream);
    this.#checkSize(subject, body);
    try {
      await this.#jetstream.publish(subject, body, {
        timeout: CONFIRM_MS,
        ...(id === undefined ? {} : { msgID: id }),
      });
    } catch (error) {
      throw this.#told(stream, subject, error);
    }
  }

  /**
   * Sends events one after the other without waiting in between, and resolves once all are confirmed. Each but the first says which one it
   * comes after, so that none is taken when the one before it was not: a repeat never fills a hole from behind. Where somebody else's event
   * came in between, it goes on from there.
   *
   * @throws NatsError; NotCarriedError for an event that is larger than the server takes, with those before it confirmed
   */
  async publishAll(node: string, events: readonly OutgoingEvent[]): Promise<void> {
    await this.#streams.ensure('HOOKLINE');
    for (let from = 0; from < events.length; ) {
      const rest = events.slice(from);
      const told = await Promise.allSettled(rest.map((event, at) => this.#send(node, event, rest[at - 1])));
      const failed = told.findIndex(({ status }) => status === 'rejected');
      if (failed === -1) return;
      const { reason } = told[failed] as PromiseRejectedResult;
      if (reason instanceof NotCarriedError) throw reason;
      const event = rest[failed] as OutgoingEvent;
      if (failed === 0 || !isCode(reason, WRONG_LAST_ID))
        throw this.#told('HOOKLINE', eventSubject(node, event), reason);
      from += failed;
    }
  }

  /** What the library would refuse in a word, and a server by closing the connection. */
  #checkSize(subject: string, body: string): void {
    const most = this.#mostBytes();
    if (Buffer.byteLength(body) + BESIDE <= most) return;
    throw new NotCarriedError(
      `${subject}: the server takes messages of at most ${most} bytes (max_payload), and this one is larger`,
    );
  }

  async #send(node: string, event: OutgoingEvent, before: OutgoingEvent | undefined): Promise<void> {
    const subject = eventSubject(node, event);
    this.#checkSize(subject, event.body);
    await this.#jetstream.publish(subject, event.body, {
      ...{ timeout: CONFIRM_MS, msgID: event.id },
      ...(before === undefined ? {} : { expect: { lastMsgID: before.id } }),
    });
  }

  #told(stream: StreamName, subject: string, error: unknown): NatsError {
    // Taken away, or made by somebody with other subjects.
    if (isUnanswered(error) || error instanceof JetStreamApiError) this.#streams.forget(stream);
    const what = isUnanswered(error)
      ? `nobody there takes it; let the stream ${stream} have that subject, and JetStream run`
      : wordsOf(error);
    return new NatsError(`${subject} was not confirmed: ${what}`, error);
  }
}
