// The Server-Sent Events twin of the WebSocket stream: the same feed, written as text lines.
import type { ServerResponse } from 'node:http';
import type { Listening } from '../../approvals/index.ts';
import type { Access } from '../../auth/index.ts';
import type { Queries } from '../../engine/index.ts';
import { Consumer, type Delivery, type Pump } from '../../fanout/index.ts';
import { envelopeText } from '../../log/index.ts';
import type { Logger } from '../../logger.ts';
import type { Limits } from '../../protocol/index.ts';
import { inWords } from '../../system-error.ts';
import { Backlog } from '../ws/backlog.ts';

/** What an SSE client asked for. */
export interface StreamRequest {
  readonly topics: readonly string[];
  readonly sessions?: ReadonlySet<string>;
  /** `<epoch>:<seq>` of the last event the client has. */
  readonly lastEventId?: string;
}

export interface SseOptions {
  readonly queries: Queries;
  readonly pump: Pump;
  readonly limits: Limits;
  readonly logger: Logger;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
}

export const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

/** One SSE client. An id that cannot be honoured gets `event: reset` first, and the stream goes on from now. */
export class SseConnection {
  readonly #response: ServerResponse;
  readonly #access: Access;
  readonly #options: SseOptions;
  readonly #backlog: Backlog;
  readonly #consumer: Consumer;
  #lastSent: number;

  /** @throws InvalidTopicError, TooManyTopicsError before anything is written. */
  constructor(response: ServerResponse, request: StreamRequest, access: Access, options: SseOptions) {
    const { queries, pump, limits, logger } = options;
    const { topics, sessions, lastEventId } = request;
    this.#response = response;
    this.#access = access;
    this.#options = options;
    this.#lastSent = options.now();
    this.#consumer = new Consumer({
      name: 'fan-out',
      log: queries.log,
      pump,
      topics,
      maxTopics: limits.patternsPerConnection,
      ...(sessions ? { sessions } : {}),
      ...(lastEventId === undefined ? {} : { from: parseEventId(lastEventId) }),
      ready: () => this.#isReady(),
      deliver: deliveries => this.#write(eventLines(deliveries, queries.log.epoch)),
      lost: (reason, from, to) => this.#say('gap', { from, to, reason }, to),
      failed: error => {
        logger.error(`fan-out: ${inWords(error)}`);
        this.destroy();
      },
    });
    const { socket } = response;
    if (!socket) throw new Error('sse: the client is gone');
    this.#backlog = new Backlog(socket, limits.socketBacklogBytes);
    response.on('drain', () => this.#consumer.wake());
    response.writeHead(200, STREAM_HEADERS);
    const { refused: reason, position } = this.#consumer;
    if (reason) this.#say('reset', { reason, ...position });
    else this.#say('position', { seq: position.seq });
    this.#consumer.start();
  }

  /** Whether it may answer what a session asks, and hears of it. */
  listening(sessionId: string): Listening | undefined {
    if (this.#response.destroyed || !this.#access.scopes.has('approve')) return undefined;
    return this.#consumer.subscription.wanting('permission.requested', sessionId);
  }

  tick(now: number): void {
    if (this.#backlog.stalledFor(now) >= this.#options.limits.slowReaderMs) return this.close();
    if (!this.#isReady() || !this.#consumer.idle) return;
    if (now - this.#lastSent >= this.#options.limits.positionEveryMs * 0.8)
      this.#say('position', { seq: this.#consumer.position.seq });
  }

  close(): void {
    this.dispose();
    if (this.#backlog.full) this.#response.destroy();
    else this.#response.end();
  }

  destroy(): void {
    this.#response.destroy();
  }

  dispose(): void {
    void this.#consumer.stop();
  }

  #isReady(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded && !this.#backlog.full;
  }

  #say(event: string, data: object, seq = this.#consumer.position.seq): void {
    this.#write(
      `id: ${this.#options.queries.log.epoch}:${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
    );
  }

  #write(text: string): void {
    this.#lastSent = this.#options.now();
    this.#response.write(text);
  }
}

/** The lines of events, made once for all who are sent the same. */
const lines = new WeakMap<readonly Delivery[], string>();

function eventLines(deliveries: readonly Delivery[], epoch: string): string {
  const known = lines.get(deliveries);
  if (known !== undefined) return known;
  const text = deliveries
    .map(({ record, form }) => `id: ${epoch}:${record.seq}\ndata: ${envelopeText(record, form)}\n\n`)
    .join('');
  lines.set(deliveries, text);
  return text;
}

// What is no id of ours cannot be honoured either: it names an epoch that is not this one.
function parseEventId(id: string): { epoch: string; seq: number } {
  const [, epoch, seq] = /^([^:]+):(\d{1,15})$/.exec(id) ?? [];
  return epoch === undefined ? { epoch: '?', seq: 0 } : { epoch, seq: Number(seq) };
}
