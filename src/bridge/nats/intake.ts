// Takes in what streams hold for us, one after the other: each is acknowledged once it was taken, and comes again when it was not.
import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  type JetStreamClient,
  type JsMsg,
  ReplayPolicy,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { InTurn } from '../in-turn.ts';
import { isCode, NatsError, wordsOf } from './refusal.ts';
import type { Streams } from './streams.ts';

/** A message that nobody says anything of for so long comes again, in milliseconds. */
const ACK_WAIT_MS = 30_000;
/** How often it is said that a message is still worked on, in milliseconds. */
const WORKING_MS = 10_000;
/**
 * What is given back comes again after so long, in milliseconds. Not at once: nats-server 2.9 then leaves it until its time is up, for it
 * still counts as the one that may be under way.
 */
const BACK_MS = 100;
/** How often the server says that there is nothing, in milliseconds: after two that did not come it is looked whether the consumer is there. */
const HEARTBEAT_MS = 5000;
/** A consumer that only one hookline uses goes by itself when it was not used for so long, in milliseconds. */
const UNUSED_MS = 7 * 24 * 3600_000;

/** Codes of a server: a consumer is not there; a stream does not hold all that it is to be asked for. */
const CONSUMER_NOT_FOUND = 10014;
const NOT_A_SUBSET = 10093;

/** What is asked of a stream, and by which consumer there. */
export interface Wanted {
  readonly stream: string;
  readonly consumer: string;
  readonly subject: string;
  /** Whether what is there already is wanted too, or only what comes from now on. */
  readonly from: 'start' | 'now';
  /** Whether others use the same consumer. It stays for good then: messages may come for a name that nobody has for long. */
  readonly isShared?: boolean;
  readonly handle: (message: JsMsg) => Promise<void>;
}

export interface IntakeOptions {
  readonly jetstream: JetStreamClient;
  readonly streams: Streams;
  readonly turns: InTurn;
  /** Told when no more comes, and nobody here wanted that. */
  readonly lose: (reason: string) => void;
}

export class Intake {
  readonly #options: IntakeOptions;
  /** Messages that are not acknowledged yet, with what says that they are worked on. */
  readonly #underWay = new Map<JsMsg, NodeJS.Timeout>();
  /** What ends each that was begun. */
  readonly #ends = new Set<() => void>();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Returns what ends it; undefined when the stream holds only a part of what is wanted. @throws NatsError */
  async begin(wanted: Wanted): Promise<(() => void) | undefined> {
    const { stream, consumer } = wanted;
    const { jetstream, lose } = this.#options;
    try {
      await this.#ensure(wanted);
      const source = await jetstream.consumers.get(stream, consumer);
      const messages = await source.consume({
        max_messages: 10,
        idle_heartbeat: HEARTBEAT_MS,
        abort_on_missing_resource: true,
        callback: message => this.#take(wanted, message),
      });
      let isWanted = true;
      void messages.closed().then(error => {
        if (isWanted)
          lose(`no more comes from the stream ${stream}: ${error ? wordsOf(error) : 'the server ended it'}`);
      });
      const end = (): void => {
        isWanted = false;
        this.#ends.delete(end);
        void messages.close();
      };
      this.#ends.add(end);
      return end;
    } catch (error) {
      if (isCode(error, NOT_A_SUBSET)) return undefined;
      throw new NatsError(`nothing can be taken from the stream ${stream}: ${wordsOf(error)}`, error);
    }
  }

  /** What is under way is not said to be worked on any more. */
  leave(): void {
    for (const timer of this.#underWay.values()) clearInterval(timer);
  }

  /** Asks for no more, and gives back what is under way, so that it need not wait for its time to be up. */
  giveBack(): void {
    this.leave();
    // First: else it would come right back.
    for (const end of this.#ends) end();
    for (const message of this.#underWay.keys()) message.nak(BACK_MS);
    this.#underWay.clear();
  }

  #take({ consumer, handle }: Wanted, message: JsMsg): void {
    const timer = setInterval(() => message.working(), WORKING_MS).unref();
    this.#underWay.set(message, timer);
    this.#options.turns.add(consumer, async () => {
      await handle(message);
      message.ack();
      clearInterval(timer);
      this.#underWay.delete(message);
    });
  }

  /** One that is there is used as it is. */
  async #ensure({ stream, consumer, subject, from, isShared = false }: Wanted): Promise<void> {
    const { consumers } = await this.#options.streams.manager;
    try {
      await consumers.info(stream, consumer);
      return;
    } catch (error) {
      if (!isCode(error, CONSUMER_NOT_FOUND)) throw error;
    }
    const config: Partial<ConsumerConfig> = {
      durable_name: consumer,
      filter_subject: subject,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      // One after the other, over all who share it: with more, what comes again would come after what is newer.
      max_ack_pending: 1,
      replay_policy: ReplayPolicy.Instant,
      deliver_policy: from === 'now' ? DeliverPolicy.New : DeliverPolicy.All,
      ...(isShared ? {} : { inactive_threshold: nanos(UNUSED_MS) }),
    };
    await consumers.add(stream, config);
  }
}
