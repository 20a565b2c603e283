// Follows the daemon's WebSocket through restarts. Knows the protocol, and nothing of the page.
import type { SocketConstructor, SocketLike } from '../../src/client/index.ts';
import type {
  ClientMessage,
  EventEnvelope,
  Position,
  ResumeReason,
  ServerMessage,
  ServerMessageOf,
} from '../../src/protocol/index.ts';
import { SUBPROTOCOL } from '../../src/protocol/limits.ts';

const OPEN = 1;
/** The daemon says something at least every 15 s; after this many milliseconds of silence the socket is dead. */
const SILENCE_MS = 40_000;
const FIRST_RETRY_MS = 400;
const LAST_RETRY_MS = 10_000;

export type Snapshot = ServerMessageOf<'snapshot'>;

/** How the connection is doing: `refused` is never let in; ask why over HTTP. */
export type Phase =
  | { readonly phase: 'connecting' | 'live' | 'refused'; readonly retryAt?: undefined }
  /** Until when, in milliseconds since 1970. */
  | { readonly phase: 'waiting'; readonly retryAt: number };

/** Seqs that cannot be had. */
export interface Gap {
  readonly kind: 'gap';
  readonly from: number;
  readonly to: number;
  readonly reason: ResumeReason | undefined;
}

/** What a reader should know. */
export type Note =
  | Gap
  /** Offline for a while, nothing lost; `from` and `to` in milliseconds since 1970. */
  | { readonly kind: 'away'; readonly from: number; readonly to: number; readonly missed: number }
  /** The log was numbered anew. */
  | { readonly kind: 'epoch'; readonly epoch: string; readonly was: Position }
  /** A batch does not go on from where the page is, which resumes. */
  | { readonly kind: 'broken'; readonly expected: number; readonly got: number }
  | { readonly kind: 'refused'; readonly message: string };

export interface Handlers {
  phase(phase: Phase): void;
  /** The state as of its seq. */
  snapshot(snapshot: Snapshot): void;
  /** What was received before belongs to another numbering. */
  renumbered(): void;
  /** In order, each once. */
  events(events: readonly EventEnvelope[]): void;
  position(position: Position): void;
  note(note: Note): void;
}

export interface StreamOptions {
  /** Default the browser's. */
  readonly WebSocket?: SocketConstructor;
  /** How many events before the first snapshot to ask for. Default 500. */
  readonly recent?: number;
}

export class Stream {
  readonly #url: string;
  readonly #on: Handlers;
  readonly #WebSocket: SocketConstructor;
  readonly #recent: number;
  readonly #watchdog: ReturnType<typeof setInterval>;
  #socket: SocketLike | undefined;
  /** Everything up to here was received: what a reconnect resumes from. */
  #position: Position | undefined;
  /** The position told last on this connection, which the next batch names as its `prev`. */
  #told: number | undefined;
  #awaySince: number | undefined;
  #missed = 0;
  #failures = 0;
  #heardAt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(
    url: string,
    on: Handlers,
    { WebSocket = globalThis.WebSocket, recent = 500 }: StreamOptions = {},
  ) {
    this.#url = url;
    this.#on = on;
    this.#WebSocket = WebSocket;
    this.#recent = recent;
    this.#watchdog = setInterval(() => {
      if (this.#socket && Date.now() - this.#heardAt > SILENCE_MS) this.#drop('the daemon fell silent');
    }, 5000);
    this.#connect();
  }

  /** Asks for the state as it is now; it comes to `snapshot`. False when there is no connection to ask on. */
  askSnapshot(): boolean {
    return this.#send({ type: 'get_snapshot', id: 'fresh' });
  }

  /** Does not wait any longer for the next attempt to connect. */
  hurry(): void {
    if (this.#retry !== undefined) this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#watchdog);
    clearTimeout(this.#retry);
    this.#socket?.close();
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#on.phase({ phase: 'connecting' });
    const socket = new this.#WebSocket(this.#url, [SUBPROTOCOL]);
    let opened = false;
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.addEventListener('open', () => {
      opened = true;
    });
    socket.addEventListener('message', ({ data }) => {
      if (socket !== this.#socket) return;
      this.#heardAt = Date.now();
      this.#receive(JSON.parse(String(data)));
    });
    socket.addEventListener('error', () => {}); // A close event follows and says all there is to say.
    socket.addEventListener('close', ({ code }) => {
      if (socket === this.#socket) this.#ended(opened, code);
    });
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case 'snapshot':
        return this.#snapshot(message);
      case 'subscribed':
        return this.#subscribed(message);
      case 'events':
        return this.#events(message);
      case 'position':
        return this.#advance(message.seq);
      case 'gap':
        return this.#gap(message);
      case 'error':
        return this.#on.note({ kind: 'refused', message: message.message });
    }
  }

  #snapshot(message: Snapshot): void {
    if (message.id === undefined) this.#begin(message); // The others were asked for: the subscription stands.
    this.#on.snapshot(message);
  }

  #begin({ epoch, seq, oldestSeq }: Snapshot): void {
    const before = this.#position;
    let since: Position;
    if (before === undefined || before.epoch !== epoch || before.seq > seq) {
      // A little of the past is asked for, so that the page does not start empty.
      since = { epoch, seq: Math.max(oldestSeq - 1, seq - this.#recent, 0) };
      if (before !== undefined) {
        this.#on.renumbered();
        this.#on.note({ kind: 'epoch', epoch, was: before });
        this.#awaySince = undefined;
      }
    } else if (before.seq < oldestSeq - 1) {
      this.#on.note({ kind: 'gap', from: before.seq + 1, to: oldestSeq - 1, reason: 'evicted' });
      since = { epoch, seq: oldestSeq - 1 };
    } else since = before;
    this.#missed = seq - since.seq;
    this.#position = since;
    this.#send({ type: 'subscribe', topics: ['**'], batch: true, since });
  }

  #subscribed({ epoch, seq, recovered, reason }: ServerMessageOf<'subscribed'>): void {
    // Between the snapshot and this answer, retention may have taken what was asked for.
    if (recovered === false)
      this.#on.note({ kind: 'gap', from: (this.#position?.seq ?? 0) + 1, to: seq, reason });
    else if (this.#awaySince !== undefined)
      this.#on.note({ kind: 'away', from: this.#awaySince, to: Date.now(), missed: this.#missed });
    this.#awaySince = undefined;
    this.#failures = 0;
    this.#position = { epoch, seq };
    this.#told = seq;
    this.#on.phase({ phase: 'live' });
    this.#on.position(this.#position);
  }

  #events({ prev, to, events }: ServerMessageOf<'events'>): void {
    // After a gap the chain may go on from before it or from behind it.
    const expected = this.#position?.seq ?? 0;
    if (prev !== this.#told && prev !== expected) {
      this.#on.note({ kind: 'broken', expected, got: prev });
      return this.#drop('events were lost on the way');
    }
    this.#on.events(events);
    this.#advance(to);
  }

  #gap({ from, to, reason }: ServerMessageOf<'gap'>): void {
    this.#on.note({ kind: 'gap', from, to, reason });
    if (this.#position === undefined) return;
    if (to > this.#position.seq) this.#position = { ...this.#position, seq: to };
    this.#on.position(this.#position);
  }

  #advance(seq: number): void {
    if (this.#told === undefined || this.#position === undefined) return;
    this.#told = seq;
    this.#position = { ...this.#position, seq };
    this.#on.position(this.#position);
  }

  #send(message: ClientMessage): boolean {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #drop(reason: string): void {
    const socket = this.#socket;
    this.#ended(true, 1006);
    socket?.close(1000, reason);
  }

  #ended(opened: boolean, code: number): void {
    this.#socket = undefined;
    if (this.#closed) return;
    if (this.#told !== undefined) this.#awaySince ??= Date.now();
    this.#told = undefined;
    if (!opened || code === 4401) this.#on.phase({ phase: 'refused' });
    const longest = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++);
    const wait = longest * (0.5 + Math.random() / 2); // Not every page at once after a restart.
    this.#retry = setTimeout(() => this.#connect(), wait);
    this.#on.phase({ phase: 'waiting', retryAt: Date.now() + wait });
  }
}
