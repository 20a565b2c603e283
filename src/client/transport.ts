// One WebSocket from its first byte to its last; the stream makes a new one after each.
import type { ClientMessage, EventEnvelope, ServerMessage } from '../protocol/index.ts';
import type { Clock } from './clock.ts';
import type { SocketConstructor, SocketLike } from './types.ts';

/** The WebSocket subprotocol of the daemon. */
export const SUBPROTOCOL = 'hookline.v1';

/** What the daemon sends. */
export type Message = ServerMessage | EventEnvelope;

/** How a transport ended. */
export interface TransportEnd {
  /** False: the WebSocket never opened, so the daemon is not there or its gate said no. */
  readonly opened: boolean;
  /** Close code; 1006 when there was none. */
  readonly code: number;
  readonly reason: string;
}

export interface TransportOptions {
  readonly WebSocket: SocketConstructor;
  readonly url: string;
  readonly token: string | undefined;
  /** Milliseconds to wait for the next message (or the first) before the transport counts as dead. */
  readonly idleMs: number;
  readonly clock: Clock;
  readonly onMessage: (message: Message, transport: Transport) => void;
}

const OPEN = 1;
/** Milliseconds a socket may take for its closing handshake before it is cut. */
const CLOSE_PATIENCE_MS = 1_000;

export class Transport {
  /** Settles when the transport is over. Never rejects. */
  readonly ended: Promise<TransportEnd>;
  readonly #socket: SocketLike;
  readonly #idleMs: number;
  readonly #clock: Clock;
  #resolve: (end: TransportEnd) => void = () => {};
  #opened = false;
  #over = false;
  #paused = false;
  #lastHeard: number;
  #watchdog: unknown;

  constructor({ WebSocket, url, token, idleMs, clock, onMessage }: TransportOptions) {
    this.ended = new Promise(resolve => {
      this.#resolve = resolve;
    });
    this.#idleMs = idleMs;
    this.#clock = clock;
    this.#lastHeard = clock.now();
    // The token goes as a subprotocol: browsers cannot set headers, and a URL ends up in logs.
    const protocols = token === undefined ? [SUBPROTOCOL] : [SUBPROTOCOL, `bearer.${token}`];
    this.#socket = new WebSocket(url, protocols);
    this.#socket.addEventListener('open', () => {
      this.#opened = true;
    });
    this.#socket.addEventListener('error', () => {
      // A close event follows and says more; but Node 22 leaves it out when the daemon answers the upgrade with a refusal.
      if (!this.#opened) this.#end({ code: 1006, reason: '' });
    });
    this.#socket.addEventListener('close', ({ code, reason }) => this.#end({ code, reason }));
    this.#socket.addEventListener('message', ({ data }) => {
      if (this.#over) return;
      this.#lastHeard = clock.now();
      const message = parse(data);
      if (message === undefined) this.close(1002, 'the daemon sent something that is no message');
      else onMessage(message, this);
    });
    this.#watch();
  }

  send(message: ClientMessage): void {
    if (!this.#over && this.#socket.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Stops reading; false when this kind of socket cannot. */
  pause(): boolean {
    if (this.#socket.pause === undefined || this.#socket.resume === undefined) return false;
    if (!this.#paused) this.#socket.pause();
    this.#paused = true;
    return true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#lastHeard = this.#clock.now();
    this.#socket.resume?.();
  }

  /** Ends the transport now; nothing that still arrives is delivered. */
  close(code: number, reason: string): void {
    if (this.#over) return;
    this.#end({ code, reason });
    this.#paused = false;
    this.#socket.resume?.(); // A paused socket would never see the answer to its close.
    this.#socket.close(1000);
    if (this.#socket.terminate === undefined) return;
    const cut = this.#clock.setTimeout(() => this.#socket.terminate?.(), CLOSE_PATIENCE_MS);
    this.#socket.addEventListener('close', () => this.#clock.clearTimeout(cut));
  }

  #end({ code, reason }: { code: number; reason: string }): void {
    if (this.#over) return;
    this.#over = true;
    this.#clock.clearTimeout(this.#watchdog);
    this.#resolve({ opened: this.#opened, code, reason });
  }

  /** Looks after the silence, as late as it could have become too long. */
  #watch(): void {
    const left = this.#paused ? this.#idleMs : this.#lastHeard + this.#idleMs - this.#clock.now();
    if (left <= 0) {
      this.close(1006, `nothing was heard from the daemon for ${Math.round(this.#idleMs / 1000)} s`);
      return;
    }
    this.#watchdog = this.#clock.setTimeout(() => this.#watch(), left);
  }
}

function parse(data: unknown): Message | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(data);
    const typed = typeof value === 'object' && value !== null && 'type' in value;
    return typed && typeof value.type === 'string' ? (value as Message) : undefined;
  } catch {
    return undefined;
  }
}
