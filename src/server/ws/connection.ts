// One WebSocket client: its requests in, its feed out, its heartbeat and its patience.
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { ApprovalQueue, Listening } from '../../approvals/index.ts';
import type { Access } from '../../auth/index.ts';
import type { Queries } from '../../engine/index.ts';
import { type Delivery, Feed, type Pump, type ReplayResult, type Sink } from '../../fanout/index.ts';
import type { Inbox, SessionNames } from '../../inbox/index.ts';
import type { Logger } from '../../logger.ts';
import type {
  ClientMessage,
  CloseCode,
  Limits,
  ResumeReason,
  ServerMessage,
  ServerMessageOf,
} from '../../protocol/index.ts';
import { inWords } from '../../system-error.ts';
import { AgentLog } from './agent-log.ts';
import { Backlog } from './backlog.ts';
import { handle, type Peer, type ResumeByNodes } from './commands.ts';
import { batchFrame, eventFrames, frameOf, textFrame } from './frames.ts';
import { RateLimit } from './rate-limit.ts';
import { parseRequest, rateLimited, unanswered } from './request.ts';
import { Requests } from './requests.ts';

export interface ConnectionOptions {
  readonly queries: Queries;
  readonly inbox: Inbox;
  readonly names: SessionNames;
  readonly approvals: ApprovalQueue;
  readonly resumeByNodes?: ResumeByNodes | undefined;
  readonly pump: Pump;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly now: () => number;
}

const OPEN = 1;
// Writes up to this many bytes are worth copying into one buffer.
const JOIN_BYTES = 256 * 1024;

export class Connection implements Sink, Peer {
  readonly feed: Feed;
  readonly queries: Queries;
  readonly inbox: Inbox;
  readonly names: SessionNames;
  readonly approvals: ApprovalQueue;
  readonly access: Access;
  readonly resumeByNodes: ResumeByNodes | undefined;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #backlog: Backlog;
  readonly #requests: Requests<ClientMessage, ServerMessageOf<'error'>>;
  #agentLog: AgentLog | undefined;
  #batch = false;
  #answers = true;
  /** When the client last heard how far it is, by an event or a position. */
  #lastTold: number;
  #lastPing: number;
  #pongDue: number | undefined;

  constructor(ws: WebSocket, socket: Socket, access: Access, options: ConnectionOptions) {
    const { queries, inbox, names, approvals, pump, limits, now } = options;
    this.#ws = ws;
    this.#socket = socket;
    this.access = access;
    this.#options = options;
    this.queries = queries;
    this.inbox = inbox;
    this.names = names;
    this.approvals = approvals;
    this.resumeByNodes = options.resumeByNodes;
    this.#backlog = new Backlog(socket, limits.socketBacklogBytes);
    this.#requests = new Requests({
      rate: new RateLimit({
        windowMs: limits.rateWindowMs,
        messages: limits.rateMessages,
        close: limits.rateMessagesClose,
      }),
      pending: limits.pendingRequests,
      read: parseRequest,
      limited: rateLimited,
      ready: () => this.ready(),
      send: message => this.send(message),
      handle: message => handle(this, message),
      failed: (message, error) => {
        options.logger.error(`websocket: ${message.type} failed: ${inWords(error)}`);
        return unanswered(message);
      },
    });
    this.#lastTold = this.#lastPing = now();
    this.feed = new Feed(queries.log, this, queries.log.head, limits.patternsPerConnection);
    ws.on('message', (data, isBinary) => this.#receive(String(data), isBinary));
    ws.on('pong', () => {
      this.#pongDue = undefined;
    });
    // Protocol errors (too big, not UTF-8, bad frames) are closed by ws with their code; there is nothing to add.
    ws.on('error', error => options.logger.debug(`websocket: ${error.message}`));
    socket.on('drain', () => {
      this.#requests.serve();
      this.wake();
    });
    this.sendPieces(queries.snapshot());
    pump.add(this.feed);
  }

  /** Whether it may answer what a session asks, and hears of it. */
  listening(sessionId: string): Listening | undefined {
    const may = this.#answers && this.access.scopes.has('approve');
    if (this.#ws.readyState !== OPEN || !may) return undefined;
    return this.feed.subscription.wanting('permission.requested', sessionId);
  }

  /** Regular care: heartbeat, patience with a slow reader, and word of the position. */
  tick(now: number): void {
    if (this.#ws.readyState !== OPEN) return;
    const { limits } = this.#options;
    const stalled = this.#backlog.stalledFor(now);
    if (stalled >= limits.slowReaderMs)
      return this.close(4408, 'nothing could be sent for too long; reconnect and resume');
    if (this.#backlog.full) return;
    if (this.#pongDue !== undefined && now >= this.#pongDue) return this.close(4410, 'no pong');
    if (this.#pongDue === undefined && now - this.#lastPing >= limits.pingEveryMs) {
      this.#lastPing = now;
      this.#pongDue = now + limits.pongTimeoutMs;
      this.#ws.ping();
    }
    this.#agentLog?.poll();
    if (this.feed.idle && now - this.#lastTold >= limits.positionEveryMs * 0.8) {
      this.#lastTold = now;
      const seq = this.feed.tell();
      const nodes = seq === this.queries.log.head ? this.queries.nodes() : undefined;
      this.send({ type: 'position', seq, ...(nodes && { nodes }) });
    }
  }

  close(code: CloseCode, reason: string): void {
    this.#options.pump.remove(this.feed);
    this.#ws.close(code, reason);
  }

  /** Ends it without a word. */
  destroy(): void {
    this.#ws.terminate();
  }

  /** Lets go of everything once the socket is gone. */
  dispose(): void {
    this.#options.pump.remove(this.feed);
    this.#requests.clear();
  }

  // Sink: what the feed says.

  ready(): boolean {
    return this.#ws.readyState === OPEN && !this.#backlog.full;
  }

  events(deliveries: readonly Delivery[], prev: number, to: number): void {
    this.#lastTold = this.#options.now();
    this.#write([this.#batch ? batchFrame(deliveries, prev, to) : eventFrames(deliveries)]);
  }

  gap(from: number, to: number, reason: ResumeReason): void {
    this.send({ type: 'gap', from, to, reason });
  }

  replayComplete({ id, to, count, recovered, reason }: ReplayResult): void {
    const withId = id === undefined ? {} : { id };
    this.send({
      type: 'replay_complete',
      ...withId,
      to,
      count,
      recovered,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  failed(error: unknown): void {
    this.#options.logger.error(`fan-out: ${inWords(error)}`);
    this.close(1011, 'the daemon failed; reconnect and resume');
  }

  // Peer: what commands ask for.

  setBatch(batch: boolean): void {
    this.#batch = batch;
  }

  setAnswers(answers: boolean): void {
    this.#answers = answers;
  }

  send(message: ServerMessage): void {
    // An error quotes what was sent, and that may be a token in the wrong place.
    this.sendText(JSON.stringify(message.type === 'error' ? this.queries.sanitize(message) : message));
  }

  sendText(text: string): void {
    this.#write([textFrame(text)]);
  }

  sendPieces(pieces: readonly Buffer[]): void {
    this.#write(frameOf(pieces));
  }

  wake(): void {
    this.#options.pump.wake(this.feed);
  }

  get agentLog(): AgentLog {
    this.#agentLog ??= new AgentLog({
      sanitize: this.queries.sanitize,
      ready: () => this.ready(),
      pathOf: sessionId => this.queries.transcriptPath(sessionId),
      send: message => this.send(message),
    });
    return this.#agentLog;
  }

  #receive(text: string, isBinary: boolean): void {
    if (this.#ws.readyState !== OPEN) return;
    if (isBinary) return this.close(1003, 'send JSON text frames');
    const received = this.#requests.receive(text, this.#options.now());
    if (received === 'too_many') this.close(4429, 'too many messages');
    if (received === 'unread') this.close(4400, 'read the answers before asking on');
  }

  // Finished frames, whole or in pieces, go to the socket directly, a tick's worth in one write. Their order with what ws itself
  // sends (pings, close) is kept, because nothing is compressed or fragmented.
  #write(frames: readonly Buffer[]): void {
    if (this.#ws.readyState !== OPEN) return;
    const [only] = frames;
    if (frames.length === 1 && only) {
      this.#socket.write(only);
    } else if (frames.reduce((sum, frame) => sum + frame.length, 0) <= JOIN_BYTES) {
      this.#socket.write(Buffer.concat(frames));
    } else {
      // One write of the system for all of them.
      this.#socket.cork();
      for (const frame of frames) this.#socket.write(frame);
      this.#socket.uncork();
    }
  }
}
