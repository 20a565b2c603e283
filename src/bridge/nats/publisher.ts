// Publishes into streams, each confirmed; many events at once, and none of them out of order.
import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import type { OutgoingEvent } from '../driver.ts';
import { isCode, isUnanswered, NatsError, wordsOf } from './refusal.ts';
import type { StreamName, Streams } from './streams.ts';
import { eventSubject } from './wire.ts';

/** How long a confirmation may take, in milliseconds. A line that is cut is noticed before. */
const CONFIRM_MS = 30_000;
/** Code of a server whose stream does not end with the message that it was told it would. */
const WRONG_LAST_ID = 10070;

export class Publisher {
  readonly #jetstream: JetStreamClient;
  readonly #streams: Streams;

  constructor(jetstream: JetStreamClient, streams: Streams) {
    this.#jetstream = jetstream;
    this.#streams = streams;
  }

  /** @param id what the stream knows a repeat by. @throws NatsError */
  async publish(stream: StreamName, subject: string, body: string, id?: string): Promise<void> {
    await this.#streams.ensure(stream);
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
   * @throws NatsError
   */
  async publishAll(node: string, events: readonly OutgoingEvent[]): Promise<void> {
    await this.#streams.ensure('HOOKLINE');
    for (let from = 0; from < events.length; ) {
      const rest = events.slice(from);
      const told = await Promise.allSettled(rest.map((event, at) => this.#send(node, event, rest[at - 1])));
      const failed = told.findIndex(({ status }) => status === 'rejected');
      if (failed === -1) return;
      const { reason } = told[failed] as PromiseRejectedResult;
      const event = rest[failed] as OutgoingEvent;
      if (failed === 0 || !isCode(reason, WRONG_LAST_ID))
        throw this.#told('HOOKLINE', eventSubject(node, event), reason);
      from += failed;
    }
  }

  #send(node: string, event: OutgoingEvent, before: OutgoingEvent | undefined): Promise<unknown> {
    return this.#jetstream.publish(eventSubject(node, event), event.body, {
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
