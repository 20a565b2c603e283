// The Server-Sent Events twin of the WebSocket stream: the same feed, written as text lines.
import type { ServerResponse } from 'node:http';
import type { Services } from '../../engine/index.ts';
import { type Delivery, Feed, type Pump, type ReplayResult, type Sink } from '../../fanout/index.ts';
import { envelopeText } from '../../log/index.ts';
import type { Logger } from '../../logger.ts';
import type { Limits, ResumeReason } from '../../protocol/index.ts';
import { inWords } from '../../system-error.ts';
import { Backlog } from './backlog.ts';

/** What an SSE client asked for. */
export interface StreamRequest {
  readonly topics: readonly string[];
  readonly sessions?: ReadonlySet<string>;
  /** `<epoch>:<seq>` of the last event the client has. */
  readonly lastEventId?: string;
}

export interface SseOptions {
  readonly services: Services;
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
export class SseConnection implements Sink {
  readonly feed: Feed;
  readonly #response: ServerResponse;
  readonly #options: SseOptions;
  readonly #backlog: Backlog;
  #lastSent: number;

  /** @throws InvalidTopicError, TooManyTopicsError before anything is written. */
  constructor(response: ServerResponse, request: StreamRequest, options: SseOptions) {
    const { services, pump, limits } = options;
    const { topics, sessions, lastEventId } = request;
    this.#response = response;
    this.#options = options;
    this.#lastSent = options.now();
    this.feed = new Feed(services.log, this, services.log.head, limits.patternsPerConnection);
    const since = lastEventId === undefined ? undefined : parseEventId(lastEventId);
    const resumed = this.feed.subscribe(topics, sessions, since);
    const { socket } = response;
    if (!socket) throw new Error('sse: the client is gone');
    this.#backlog = new Backlog(socket, limits.socketBacklogBytes);
    response.on('drain', () => pump.wake(this.feed));
    response.writeHead(200, STREAM_HEADERS);
    if (resumed?.recovered === false)
      this.#say('reset', { reason: resumed.reason, epoch: services.log.epoch, seq: this.feed.position });
    else this.#say('position', { seq: this.feed.position });
    pump.add(this.feed);
    pump.wake(this.feed);
  }

  tick(now: number): void {
    if (this.#backlog.stalledFor(now) >= this.#options.limits.slowReaderMs) return this.close();
    if (!this.ready() || !this.feed.idle) return;
    if (now - this.#lastSent >= this.#options.limits.positionEveryMs * 0.8)
      this.#say('position', { seq: this.feed.tell() });
  }

  close(): void {
    this.#options.pump.remove(this.feed);
    if (this.#backlog.full) this.#response.destroy();
    else this.#response.end();
  }

  destroy(): void {
    this.#response.destroy();
  }

  dispose(): void {
    this.#options.pump.remove(this.feed);
  }

  ready(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded && !this.#backlog.full;
  }

  events(deliveries: readonly Delivery[]): void {
    this.#write(eventLines(deliveries, this.#options.services.log.epoch));
  }

  gap(from: number, to: number, reason: ResumeReason): void {
    this.#say('gap', { from, to, reason }, to);
  }

  replayComplete(_result: ReplayResult): void {}

  failed(error: unknown): void {
    this.#options.logger.error(`fan-out: ${inWords(error)}`);
    this.destroy();
  }

  #say(event: string, data: object, seq = this.feed.position): void {
    this.#write(
      `id: ${this.#options.services.log.epoch}:${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
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
