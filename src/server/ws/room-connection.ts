// The connection of one client of a room: its frames in and out, its heartbeat and its patience.
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { ApprovalError, InvalidAnswerError, type Listening } from '../../approvals/index.ts';
import type { Access } from '../../auth/index.ts';
import {
  type ClientFrame,
  type ErrorFrame,
  errorFrame,
  type Member,
  RoomError,
  type RoomPlace,
  type Rooms,
  readFrame,
  type ServerFrame,
  type Wire,
} from '../../channel/index.ts';
import { InboxError } from '../../inbox/index.ts';
import type { Logger } from '../../logger.ts';
import type { CloseCode, Limits } from '../../protocol/index.ts';
import type { Sanitizer } from '../../sanitize/index.ts';
import { inWords } from '../../system-error.ts';
import { Backlog } from './backlog.ts';
import { RateLimit } from './rate-limit.ts';
import { Requests } from './requests.ts';

export interface RoomConnectionOptions {
  readonly rooms: Rooms;
  readonly sanitize: Sanitizer;
  readonly limits: Limits;
  readonly logger: Logger;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
}

const OPEN = 1;

export class RoomConnection implements Wire {
  readonly #ws: WebSocket;
  readonly #options: RoomConnectionOptions;
  readonly #room: string;
  readonly #backlog: Backlog;
  readonly #requests: Requests<ClientFrame, ErrorFrame>;
  readonly #member: Member;
  #probes = 0;
  #lastPing: number;
  #pongDue: number | undefined;

  constructor(
    ws: WebSocket,
    socket: Socket,
    place: RoomPlace,
    access: Access,
    options: RoomConnectionOptions,
  ) {
    const { limits, logger, now, rooms } = options;
    this.#ws = ws;
    this.#options = options;
    this.#room = place.room;
    this.#backlog = new Backlog(socket, limits.socketBacklogBytes);
    this.#requests = new Requests({
      rate: new RateLimit({
        windowMs: limits.rateWindowMs,
        messages: limits.rateMessages,
        close: limits.rateMessagesClose,
      }),
      pending: limits.pendingRequests,
      read: text => readFrame(text, this.#room),
      limited: () => errorFrame(this.#room, TOO_MANY),
      ready: () => this.ready(),
      send: frame => this.send(frame),
      handle: frame => this.#handle(frame),
      failed: ({ type }, error) => {
        logger.error(`room ${this.#room}: ${type} failed: ${inWords(error)}`);
        return errorFrame(this.#room, `${type} failed in the daemon; its log says why`);
      },
    });
    this.#lastPing = now();
    ws.on('message', (data, isBinary) => this.#receive(String(data), isBinary));
    ws.on('pong', data => this.#pong(Number(String(data))));
    // What breaks the protocol of WebSockets is closed by ws with its code; there is nothing to add.
    ws.on('error', error => logger.debug(`room ${this.#room}: ${error.message}`));
    socket.on('drain', () => {
      this.#requests.serve();
      this.#member.wake();
    });
    this.#member = rooms.enter(place, { access, wire: this });
  }

  /** Whether it may answer what a session asks, and is shown it. */
  listening(sessionId: string): Listening | undefined {
    return this.#ws.readyState === OPEN && this.#member.listensTo(sessionId) ? 'by name' : undefined;
  }

  /** Regular care: heartbeat, and patience with a slow reader. */
  tick(now: number): void {
    if (this.#ws.readyState !== OPEN) return;
    const { limits } = this.#options;
    if (this.#backlog.stalledFor(now) >= limits.slowReaderMs)
      return this.close(4408, 'nothing could be sent for too long; reconnect');
    if (this.#backlog.full) return;
    this.#member.look();
    if (this.#pongDue !== undefined && now >= this.#pongDue) return this.close(4410, 'no pong');
    if (this.#pongDue === undefined && now - this.#lastPing >= limits.pingEveryMs) this.probe();
  }

  close(code: CloseCode, reason: string): void {
    this.#ws.close(code, reason);
  }

  /** Ends it without a word. */
  destroy(): void {
    this.#ws.terminate();
  }

  /** Lets go of everything once the socket is gone. */
  dispose(): void {
    this.#options.rooms.leave(this.#member);
    this.#requests.clear();
  }

  // Wire: what is sent to the client.

  ready(): boolean {
    return this.#ws.readyState === OPEN && !this.#backlog.full;
  }

  send(frame: ServerFrame): void {
    if (this.#ws.readyState !== OPEN) return;
    // An error quotes what was sent, and that may be a token in the wrong place.
    this.#ws.send(JSON.stringify(frame.type === 'error' ? this.#options.sanitize(frame) : frame));
  }

  /** A ping: its pong comes once everything before it was read, and the client of a WebSocket answers it by itself (RFC 6455, 5.5.2). */
  probe(): number {
    const { now, limits } = this.#options;
    this.#lastPing = now();
    this.#pongDue ??= this.#lastPing + limits.pongTimeoutMs;
    const probe = ++this.#probes;
    if (this.#ws.readyState === OPEN) this.#ws.ping(String(probe));
    return probe;
  }

  failed(error: unknown): void {
    this.#options.logger.error(`room ${this.#room}: ${inWords(error)}`);
    this.close(1011, 'the daemon failed; reconnect');
  }

  /** What answers no ping of ours proves nothing. Of several pings a client may answer the newest only. */
  #pong(probe: number): void {
    if (!Number.isInteger(probe) || probe < 1 || probe > this.#probes) return;
    const { now, limits, rooms } = this.#options;
    this.#pongDue = probe === this.#probes ? undefined : now() + limits.pongTimeoutMs;
    rooms.proven(this.#member, probe);
  }

  async #handle(frame: ClientFrame): Promise<void> {
    try {
      await this.#member.handle(frame);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.send(errorFrame(this.#room, `${frame.type} was not taken: ${error.message}`));
    }
  }

  #receive(text: string, isBinary: boolean): void {
    if (this.#ws.readyState !== OPEN) return;
    if (isBinary) return this.close(1003, 'send JSON text frames');
    const received = this.#requests.receive(text, this.#options.now());
    if (received === 'too_many') this.close(4429, 'too many messages');
    if (received === 'unread') this.close(4400, 'read the answers before asking on');
  }
}

/** What the client is to blame for, or came too late with. */
function isRefusal(error: unknown): error is Error {
  return [InboxError, RoomError, ApprovalError, InvalidAnswerError].some(kind => error instanceof kind);
}

const TOO_MANY = 'too many messages; wait a moment before sending more, or the connection is closed';
