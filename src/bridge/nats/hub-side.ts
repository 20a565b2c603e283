// What a NATS server does for a hub: the stream that all hooklines write into, how they stand, and questions to one of them.
import { type ConsumerMessages, DeliverPolicy, type JetStreamClient, type JsMsg } from '@nats-io/jetstream';
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { jsonIn } from '../../json.ts';
import type { HubListener, HubSide, NodeStatus, StreamPlace, StreamReader } from '../driver.ts';
import { openBucket } from './board.ts';
import { NatsError, wordsOf } from './refusal.ts';
import type { Streams } from './streams.ts';
import { askSubject, HUBS_SUBJECT, INBOX, nodeOfEvent } from './wire.ts';

/** Events that are taken in together, at most, and those that may wait for their turn. */
const BATCH = 200;
const WAITING = 1000;
/** How often the server says that there is nothing, in milliseconds. */
const HEARTBEAT_MS = 5000;
/** How long a hookline may take to answer, in milliseconds. */
const ANSWER_MS = 5000;
/** What is longer is said in pieces, in bytes: a server takes 1 MiB at once, unless it is told otherwise. */
const PIECE = 512 * 1024;
/** Header of a piece that more follow. */
const MORE = 'Hookline-More';

const Status = z.object({ online: z.literal(true), epoch: z.string(), seq: z.int(), version: z.string() });

export interface NatsHubSideOptions {
  readonly connection: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly streams: Streams;
  /** Told when no more comes. */
  readonly lose: (reason: string) => void;
}

export class NatsHubSide implements HubSide {
  readonly #options: NatsHubSideOptions;

  constructor(options: NatsHubSideOptions) {
    this.#options = options;
  }

  /** @throws NatsError */
  async read(after: StreamPlace | undefined, reader: StreamReader): Promise<void> {
    const { jetstream, streams, lose } = this.#options;
    try {
      await streams.ensure('HOOKLINE');
      const { created, state } = await (await streams.manager).streams.info('HOOKLINE');
      const last = after?.stream === created ? after.seq : 0;
      if (after !== undefined && state.first_seq > last + 1) reader.lost(state.first_seq - last - 1);
      const source = await jetstream.consumers.get('HOOKLINE', {
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: Math.max(last + 1, 1),
      });
      const messages = await source.consume({ max_messages: BATCH, idle_heartbeat: HEARTBEAT_MS });
      const reading = readAll(messages, created, reader);
      void reading.then(
        () => lose('no more comes from the stream HOOKLINE: the server ended it'),
        error => lose(`no more comes from the stream HOOKLINE: ${wordsOf(error)}`),
      );
    } catch (error) {
      throw this.#lost(new NatsError(`the events of all hooklines cannot be read: ${wordsOf(error)}`, error));
    }
  }

  async end(): Promise<StreamPlace> {
    const { created, state } = await (await this.#options.streams.manager).streams.info('HOOKLINE');
    return { stream: created, seq: state.last_seq };
  }

  /** @throws NatsError */
  async watch(tell: (node: string, status: NodeStatus | undefined) => void): Promise<void> {
    const { jetstream, lose } = this.#options;
    try {
      const bucket = await openBucket(jetstream);
      // One part only: what has more is a session.
      const entries = await bucket.watch({ key: '*' });
      void (async () => {
        for await (const entry of entries) {
          const status = entry.operation === 'PUT' ? Status.safeParse(jsonIn(entry.string())) : undefined;
          tell(entry.key, status?.data);
        }
      })().catch(error => lose(`how hooklines stand is not told any more: ${wordsOf(error)}`));
    } catch (error) {
      throw this.#lost(new NatsError(`how hooklines stand cannot be read: ${wordsOf(error)}`, error));
    }
  }

  async ask(node: string, question: object): Promise<unknown> {
    try {
      const pieces: Uint8Array[] = [];
      const coming = await this.#options.connection.requestMany(
        ...([askSubject(node), JSON.stringify(question), { maxWait: ANSWER_MS }] as const),
      );
      for await (const { data, headers: said } of coming) {
        pieces.push(data);
        if (!said?.has(MORE)) return JSON.parse(Buffer.concat(pieces).toString());
      }
      throw new Error(`its answer did not come in ${ANSWER_MS / 1000} s`);
    } catch (error) {
      throw new NatsError(`${node} does not answer: ${wordsOf(error)}`, error);
    }
  }

  /** A hub that reads nothing is none: it is tried again, with another connection. */
  #lost(error: NatsError): NatsError {
    this.#options.lose(error.message);
    return error;
  }

  announce(words: object): void {
    this.#options.connection.publish(HUBS_SUBJECT, JSON.stringify(words));
  }
}

/** Answers what hubs ask of a hookline, and hears what they say to all. */
export async function listenToHubs(
  connection: NatsConnection,
  node: string,
  listener: HubListener,
): Promise<void> {
  connection.subscribe(askSubject(node), {
    callback: (error, message) => {
      // Who may only make consumers can have the server deliver anything anywhere; its own replies are elsewhere then.
      if (error || !message.reply?.startsWith(INBOX)) return;
      listener
        .answer(jsonIn(message.string()))
        .then(said => respond(message, Buffer.from(JSON.stringify(said))))
        .catch(thrown => listener.failed(thrown));
    },
  });
  connection.subscribe(HUBS_SUBJECT, {
    callback: (error, message) => {
      if (!error) listener.hear(jsonIn(message.string()));
    },
  });
  await connection.flush();
}

function respond(message: Msg, answer: Buffer): void {
  const more = headers();
  more.set(MORE, '1');
  let from = 0;
  for (; answer.length - from > PIECE; from += PIECE)
    message.respond(answer.subarray(from, from + PIECE), { headers: more });
  message.respond(answer.subarray(from));
}

/** In lots, each taken before the next: what comes meanwhile waits, up to a bound. */
async function readAll(messages: ConsumerMessages, stream: string, reader: StreamReader): Promise<void> {
  let waiting: JsMsg[] = [];
  let taking: Promise<void> | undefined;
  let failed: { readonly error: unknown } | undefined;
  const take = async (): Promise<void> => {
    while (waiting.length > 0) {
      const lot = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      await reader.take(
        lot.map(message => ({
          place: { stream, seq: message.seq },
          node: nodeOfEvent(message.subject),
          id: message.headers?.get('Nats-Msg-Id') ?? '',
          body: message.string(),
        })),
      );
    }
  };
  for await (const message of messages) {
    waiting.push(message);
    taking ??= take()
      .catch(error => {
        failed = { error };
        messages.stop();
      })
      .finally(() => {
        taking = undefined;
      });
    if (waiting.length >= WAITING) await taking;
    if (failed !== undefined) break;
  }
  if (failed !== undefined) throw failed.error;
}
