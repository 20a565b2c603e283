// What a program gives to the client and gets from it.
import type { EventEnvelope, Position, ResumeReason, ServerMessageOf } from '../protocol/index.ts';

/** The part of a WebSocket the client uses; the global one of browsers and Node 22 fits, and so does `ws`. */
export interface SocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
  /** Stops reading, so that TCP slows the daemon down. Only `ws` has it. */
  pause?(): void;
  resume?(): void;
  /** Ends the socket without a closing handshake. Only `ws` has it. */
  terminate?(): void;
}

export type SocketConstructor = new (url: string, protocols: string[]) => SocketLike;

/** A value, or a function that is asked again for every try. */
export type Fresh<T> = T | (() => T | Promise<T>);

/** The subscription stood on a place in the log that no longer means anything; the state held so far is void. */
export interface Reset {
  readonly kind: 'reset';
  readonly reason: ResumeReason;
  /** Where this client was. */
  readonly from: Position;
  /** Where it goes on; what lies between was not and will not be delivered. */
  readonly to: Position;
}

/** What iterating over a connection gives, in the order of the log. */
export type Item =
  | { readonly kind: 'event'; readonly event: EventEnvelope }
  /** The state as of `snapshot.seq`: first of all, and again after a `reset`. */
  | { readonly kind: 'snapshot'; readonly snapshot: ServerMessageOf<'snapshot'> }
  /** Exactly these events (both ends included) could not be delivered. */
  | { readonly kind: 'gap'; readonly from: number; readonly to: number; readonly reason: ResumeReason }
  | Reset;

/** How the connection is doing. */
export interface Status {
  /** `waiting` is the pause before the next try; `closed` is final. */
  readonly state: 'connecting' | 'live' | 'waiting' | 'closed';
  /** Tries in a row that did not lead to a live connection. */
  readonly failures: number;
  /** Why it is not live, in words. */
  readonly reason?: string;
  /** Milliseconds until the next try, with `waiting`. */
  readonly delayMs?: number;
}

/** What a `reset` is decided on. */
export interface ResetChoice {
  readonly reason: ResumeReason;
  readonly from: Position;
  readonly snapshot: ServerMessageOf<'snapshot'>;
}

export interface ConnectOptions {
  /** `ws://127.0.0.1:3838/ws`. A function is asked before every try; when it throws, the client waits and asks again. */
  readonly url: Fresh<string>;
  /** The token; a function is asked before every try, which is how a rotated token is picked up. Default none. */
  readonly token?: Fresh<string | undefined>;
  /** Topic patterns, 1 to 100: `['tool.*']`. */
  readonly topics: readonly string[];
  /** Only events of these sessions. Default all. */
  readonly sessionId?: string | readonly string[];
  /** Go on right after this position instead of starting with a snapshot and what comes after it. */
  readonly since?: Position;
  /** Default `globalThis.WebSocket`; Node 20 has none, so pass the one of `ws`. */
  readonly WebSocket?: SocketConstructor;
  /** Ends the connection like `close()`. */
  readonly signal?: AbortSignal;
  /** Called whenever the state of the connection changes. */
  readonly onStatus?: (status: Status) => void;
  /**
   * Where to go on when the position cannot be resumed. Default (and for `undefined`): from the snapshot, which is then delivered.
   * When it throws, the client reconnects and asks again.
   */
  readonly onReset?: (choice: ResetChoice) => Position | undefined | Promise<Position | undefined>;
  /**
   * Items that may wait for the program. Default 10,000. Beyond it the client stops reading (`ws`), or disconnects
   * and resumes from the log once the program has caught up (browsers, which cannot stop reading). A batch in flight may exceed it.
   */
  readonly maxBuffered?: number;
  /** Most milliseconds before the first retry. Default 200. */
  readonly retryBaseMs?: number;
  /** Most milliseconds between tries. Default 5,000. */
  readonly retryCapMs?: number;
  /** Milliseconds of silence after which the connection counts as dead; the daemon speaks every 15 s. Default 45,000. */
  readonly idleMs?: number;
  /** A number from 0 up to 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** A subscription that lives through restarts of the daemon. Iterate over it, once. */
export interface Connection extends AsyncIterable<Item> {
  /**
   * The place in the log up to which the program has taken everything; `since` of a later `connect` goes on from here.
   * Saved after an item was handled it means at-least-once, saved before it at-most-once. Undefined before the first answer.
   */
  readonly position: Position | undefined;
  readonly status: Status;
  /** Ends the connection and the iteration; what still waits is dropped. */
  close(): void;
}
