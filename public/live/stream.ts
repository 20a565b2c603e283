// Follows the daemon's stream through restarts, and says what a reader should know of them. Knows the protocol, nothing of the page.
import { fullJitter } from '../../src/client/backoff.ts';
import { systemClock } from '../../src/client/clock.ts';
import { Cursor, oldestOf, positionOf, whyNotResumable } from '../../src/client/cursor.ts';
import type { Snapshot, SocketConstructor } from '../../src/client/index.ts';
import { type Message, Transport, type TransportEnd } from '../../src/client/transport.ts';
import type { EventEnvelope, Position, ResumeReason, ServerMessageOf } from '../../src/protocol/index.ts';

/** The daemon says something at least every 15 s; after this many milliseconds of silence the connection is dead. */
const SILENCE_MS = 40_000;
/** How long the page waits before it connects again, in milliseconds; twice as long with every failure. */
const RETRY = { first: 400, last: 10_000 };

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
  /** Default all. */
  readonly topics?: readonly string[];
  /** How many events before the first snapshot to ask for. Default 500. */
  readonly recent?: number;
}

export class Stream {
  readonly #url: string;
  readonly #on: Handlers;
  readonly #WebSocket: SocketConstructor;
  readonly #recent: number;
  readonly #topics: readonly string[];
  /** Everything up to here was received: what a reconnect resumes from. */
  readonly #cursor = new Cursor(undefined);
  #transport: Transport | undefined;
  /** The subscription stands, so that what comes is of a place in the log. */
  #isLive = false;
  #awaySince: number | undefined;
  #missed = 0;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(
    url: string,
    on: Handlers,
    { WebSocket = globalThis.WebSocket, recent = 500, topics = ['**'] }: StreamOptions = {},
  ) {
    this.#url = url;
    this.#on = on;
    this.#WebSocket = WebSocket;
    this.#recent = recent;
    this.#topics = topics;
    this.#connect();
  }

  /** Asks for the state as it is now, which comes to `snapshot`, where there is a connection to ask on. */
  askSnapshot(): void {
    this.#transport?.send({ type: 'get_snapshot', id: 'fresh' });
  }

  /** Does not wait any longer for the next attempt to connect. */
  hurry(): void {
    if (this.#retry !== undefined) this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#transport?.close(1000, 'closed');
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#on.phase({ phase: 'connecting' });
    this.#transport = new Transport({
      WebSocket: this.#WebSocket,
      url: this.#url,
      token: undefined, // The browser is logged in.
      idleMs: SILENCE_MS,
      clock: systemClock,
      onMessage: message => this.#receive(message),
    });
    void this.#transport.ended.then(end => this.#ended(end));
  }

  #receive(message: Message): void {
    switch (message.type) {
      case 'snapshot':
        return this.#snapshot(message as Snapshot);
      case 'subscribed':
        return this.#subscribed(message as ServerMessageOf<'subscribed'>);
      case 'events':
        return this.#events(message as ServerMessageOf<'events'>);
      case 'position':
        return this.#reach(this.#isLive && this.#cursor.tell((message as ServerMessageOf<'position'>).seq));
      case 'gap':
        return this.#gap(message as ServerMessageOf<'gap'>);
      case 'error':
        return this.#on.note({ kind: 'refused', message: (message as ServerMessageOf<'error'>).message });
    }
  }

  #snapshot(snapshot: Snapshot): void {
    if (snapshot.id === undefined) this.#begin(snapshot); // The others were asked for: the subscription stands.
    this.#on.snapshot(snapshot);
  }

  #begin(snapshot: Snapshot): void {
    const before = this.#cursor.position;
    const since = this.#goOnFrom(before, snapshot);
    this.#missed = snapshot.seq - since.seq;
    this.#cursor.stand(since);
    this.#transport?.send({ type: 'subscribe', topics: [...this.#topics], batch: true, since });
  }

  #goOnFrom(before: Position | undefined, snapshot: Snapshot): Position {
    const { epoch, seq } = positionOf(snapshot);
    const oldest = oldestOf(snapshot);
    const reason = before && whyNotResumable(before, snapshot);
    if (before !== undefined && reason === undefined) return before;
    if (before !== undefined && reason === 'evicted') {
      this.#on.note({ kind: 'gap', from: before.seq + 1, to: oldest.seq, reason });
      return { epoch, seq: oldest.seq };
    }
    if (before !== undefined) {
      this.#on.renumbered();
      this.#on.note({ kind: 'epoch', epoch, was: before });
      this.#awaySince = undefined;
    }
    // A little of the past is asked for, so that the page does not start empty.
    return { epoch, seq: Math.max(oldest.seq, seq - this.#recent) };
  }

  #subscribed({ epoch, seq, recovered, reason }: ServerMessageOf<'subscribed'>): void {
    // Between the snapshot and this answer, retention may have taken what was asked for.
    if (recovered === false)
      this.#on.note({ kind: 'gap', from: (this.#cursor.position?.seq ?? 0) + 1, to: seq, reason });
    else if (this.#awaySince !== undefined)
      this.#on.note({ kind: 'away', from: this.#awaySince, to: Date.now(), missed: this.#missed });
    this.#awaySince = undefined;
    this.#failures = 0;
    this.#isLive = true;
    this.#cursor.stand({ epoch, seq });
    this.#on.phase({ phase: 'live' });
    this.#reach(this.#cursor.position);
  }

  #events({ prev, to, events }: ServerMessageOf<'events'>): void {
    if (!this.#cursor.continuesFrom(prev)) {
      this.#on.note({ kind: 'broken', expected: this.#cursor.position?.seq ?? 0, got: prev });
      this.#transport?.close(1006, 'events were lost on the way');
      return;
    }
    this.#on.events(events);
    this.#reach(this.#cursor.tell(to));
  }

  #gap({ from, to, reason }: ServerMessageOf<'gap'>): void {
    this.#on.note({ kind: 'gap', from, to, reason });
    this.#reach(this.#cursor.advance(to));
  }

  #reach(position: Position | false | undefined): void {
    if (position) this.#on.position(position);
  }

  #ended({ opened, code }: TransportEnd): void {
    this.#transport = undefined;
    if (this.#closed) return;
    if (this.#isLive) this.#awaySince ??= Date.now();
    this.#isLive = false;
    if (!opened || code === 4401) this.#on.phase({ phase: 'refused' });
    const wait = fullJitter(this.#failures++, RETRY.first, RETRY.last, Math.random);
    this.#retry = setTimeout(() => this.#connect(), wait);
    this.#on.phase({ phase: 'waiting', retryAt: Date.now() + wait });
  }
}
