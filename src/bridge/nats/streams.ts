// The streams of hookline at a NATS server: made when they are not there, and used as they are when they are.
import {
  DiscardPolicy,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { isCode, NatsError, wordsOf } from './refusal.ts';

const DAY_MS = 24 * 3600_000;
const MIB = 1024 * 1024;

/** Where events, messages and receipts are kept. */
export type StreamName = 'HOOKLINE' | 'HOOKLINE_IN' | 'HOOKLINE_RECEIPTS';

const STREAMS: Readonly<Record<StreamName, Partial<StreamConfig>>> = {
  HOOKLINE: {
    subjects: ['hookline.events.>'],
    description: 'Events of hooklines',
    max_age: nanos(7 * DAY_MS),
    max_bytes: 1024 * MIB,
    // Whatever a hookline sends again, after it was killed or cut off, is known by its id for so long.
    duplicate_window: nanos(5 * 60_000),
  },
  HOOKLINE_IN: {
    subjects: ['hookline.in.>'],
    description: 'Messages to names, each until it was taken',
    retention: RetentionPolicy.Workqueue,
    // As long as a message may wait at most.
    max_age: nanos(30 * DAY_MS),
    max_bytes: 256 * MIB,
    // What was confirmed is not thrown away for something newer: that is refused, and waits where it is.
    discard: DiscardPolicy.New,
  },
  HOOKLINE_RECEIPTS: {
    subjects: ['hookline.receipts.>'],
    description: 'What became of messages',
    retention: RetentionPolicy.Workqueue,
    max_age: nanos(DAY_MS),
    max_bytes: 64 * MIB,
  },
};

/** How long a request may take, in milliseconds. */
const REQUEST_MS = 10_000;
/** Of the server, for what it does not have. */
const STREAM_NOT_FOUND = 10059;

export class Streams {
  readonly #connection: NatsConnection;
  #manager: Promise<JetStreamManager> | undefined;
  /** What is known to be there. */
  readonly #found = new Map<StreamName, Promise<void>>();

  constructor(connection: NatsConnection) {
    this.#connection = connection;
  }

  get manager(): Promise<JetStreamManager> {
    this.#manager ??= jetstreamManager(this.#connection, { timeout: REQUEST_MS, checkAPI: false });
    return this.#manager;
  }

  /** Resolves once it is there. @throws NatsError */
  ensure(name: StreamName): Promise<void> {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const making = this.#make(name);
    this.#found.set(name, making);
    making.catch(() => this.forget(name));
    return making;
  }

  /** It may have been taken away: it is looked for anew. */
  forget(name: StreamName): void {
    this.#found.delete(name);
  }

  /** Streams that hold what goes to a subject, or a part of it. @throws NatsError */
  async holding(subject: string): Promise<string[]> {
    try {
      const names: string[] = [];
      for await (const name of (await this.manager).streams.names(subject)) names.push(name);
      return names;
    } catch (error) {
      throw new NatsError(`the streams with ${subject} cannot be listed: ${wordsOf(error)}`, error);
    }
  }

  async #make(name: StreamName): Promise<void> {
    const { streams } = await this.manager;
    try {
      await streams.info(name);
      return;
    } catch (error) {
      if (!isCode(error, STREAM_NOT_FOUND))
        throw new NatsError(`the stream ${name} cannot be looked at: ${wordsOf(error)}`, error);
    }
    try {
      await streams.add({ name, storage: StorageType.File, ...STREAMS[name] });
    } catch (error) {
      // Somebody else has made it a moment ago.
      if (await streams.info(name).catch(() => undefined)) return;
      throw new NatsError(
        `the stream ${name} cannot be made: ${wordsOf(error)}. Make it yourself, with the limits you want and the subjects ${STREAMS[name].subjects?.join(', ')}: it is used as it is`,
        error,
      );
    }
  }
}
