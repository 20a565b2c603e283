// What a program gives to the client and gets from it.
import type {
  EventEnvelope,
  Message,
  MessageState,
  NewMessageInput,
  Position,
  ResumeReason,
  ServerMessageOf,
} from '../protocol/index.ts';
import type { Clock } from './clock.ts';

/** The part of a WebSocket the client uses; the global one of browsers, Node 22, Bun and Deno fits, and so does `ws`. */
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

/** The part of `fetch` the client uses. */
export type Fetch = (
  url: URL,
  init: {
    method?: string;
    headers: Record<string, string>;
    body?: string;
    redirect: 'manual';
    signal: AbortSignal;
  },
) => Promise<{ readonly status: number; json(): Promise<unknown> }>;

/** A value, or a function that is asked again for every try. */
export type Fresh<T> = T | (() => T | Promise<T>);

/** The state as of `seq`: the sessions and subagents that live. */
export type Snapshot = ServerMessageOf<'snapshot'>;

/**
 * Events that were not and will not be delivered: all after `from`, up to and with `to`. Within one epoch that is exactly
 * `to.seq - from.seq` places of the log; across epochs nobody can say.
 */
export interface Loss {
  /** No event has this type, so that a loss can travel among events. */
  readonly type: 'loss';
  /**
   * `evicted`: retention deleted them. `epoch_changed`: the log began another numbering (memory only and restarted, or its disk
   * failed). `future`: the log is shorter than it was.
   */
  readonly reason: ResumeReason;
  /** Where this consumer was. */
  readonly from: Position;
  /** Where it goes on unless it says otherwise: `evicted` at the oldest event there is, the others at the newest. */
  readonly to: Position;
  /** Before the oldest event that can be had now. */
  readonly oldest: Position;
}

/**
 * What to do about a loss: throw a `LossError`, hand the `Loss` over among the events, or call a function, once everything before
 * the loss was handled. The function may return another position to go on from, `loss.oldest` for instance; what it throws ends
 * the consumer.
 */
export type OnLoss = 'throw' | 'yield' | LossHandler;
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that only logs returns nothing.
export type LossHandler = (loss: Loss) => Position | void | Promise<Position | void>;

/**
 * `at-least-once`: a position is saved after its event was handled, so a crash in between brings the event again.
 * `at-most-once`: it is saved before, so a crash in between loses the event.
 */
export type Delivery = 'at-least-once' | 'at-most-once';

/** Keeps a position where the program wants it: a file, a database, `localStorage`. */
export interface PositionStore {
  /** Called once, before the first event; undefined or null when nothing was saved yet. */
  load(): Position | null | undefined | Promise<Position | null | undefined>;
  /**
   * Called with every position reached, one call at a time; the next event waits for it. What it throws ends the consumer. Quiet
   * stretches are saved too, every 15 s or so.
   */
  save(position: Position): unknown;
}

/** How the connections are doing. */
export interface Status {
  /** `idle`: nothing was asked for yet. `waiting` is the pause before the next try; `closed` is final. */
  readonly state: 'idle' | 'connecting' | 'live' | 'waiting' | 'closed';
  /** Tries in a row that did not lead to a live connection. */
  readonly failures: number;
  /** Why it is not live, in words. */
  readonly reason?: string;
  /** Milliseconds until the next try, with `waiting`. */
  readonly delayMs?: number;
}

export interface ConnectOptions {
  /** `ws://127.0.0.1:3838/ws`. A function is asked before every try; when it throws, the client waits and asks again. */
  readonly url: Fresh<string>;
  /**
   * The token; none needed in a browser that is logged in. A string that is refused ends the client. A function is asked before
   * every try, and once more when the token it gave is refused, which is how a rotated token is picked up.
   */
  readonly token?: Fresh<string | undefined>;
  /** Default `globalThis.WebSocket`; Node 20 has none, so pass the one of `ws`. */
  readonly WebSocket?: SocketConstructor;
  /**
   * Asks the daemon, with the token, what goes over HTTP: about messages, and why a WebSocket did not open. Default
   * `globalThis.fetch`; a program that lets a token go over
   * connections of a certain kind only passes one of its own, beside a `WebSocket` that does the same.
   */
  readonly fetch?: Fetch;
  /** Closes the client when it fires, like `close()`. */
  readonly signal?: AbortSignal;
  /** Called whenever `status` changes. What it throws is an uncaught error of the program; the client goes on. */
  readonly onStatus?: (status: Status) => void;
  /** What every consumer does about a loss unless it says so itself. Default `'throw'`. */
  readonly onLoss?: 'throw' | LossHandler;
  /**
   * Whether sessions are to wait for answers to what they ask, while a consumer of `permission.*` runs and the token may approve. Pass
   * false in a program that only wants to know. Default true.
   */
  readonly answers?: boolean;
  /** Milliseconds a request waits for its answer, through reconnects; `Infinity` for ever. Default 10,000. */
  readonly timeoutMs?: number;
  /** Events that may wait for one consumer, see `Client`. Default 1,000. A batch in flight may exceed it. */
  readonly buffer?: number;
  /** Most milliseconds before the first retry; it doubles with every failure, and the wait is random up to it. Default 200. */
  readonly retryBaseMs?: number;
  /** Most milliseconds between tries. Default 5,000. */
  readonly retryCapMs?: number;
  /** Milliseconds of silence after which the connection counts as dead; the daemon speaks every 15 s. Default 45,000. */
  readonly idleMs?: number;
  /** A number from 0 up to 1. Default `Math.random`. */
  readonly random?: () => number;
  /** Default the runtime's own. */
  readonly clock?: Clock;
}

/** Which events, and whose. */
export interface FilterOptions {
  /** Only events of these sessions. Default all. */
  readonly sessionId?: string | readonly string[];
  /** Ends the consumer when it fires, like leaving its loop. */
  readonly signal?: AbortSignal;
}

export interface EventsOptions extends FilterOptions {
  /** Where to begin when no position was saved: with what comes from now on, at the oldest event there is, or right after a position. Default `'now'`. */
  readonly from?: 'now' | 'oldest' | Position;
  /** Where the position is kept. Default nowhere: the consumer survives the daemon, but not its own program. */
  readonly position?: PositionStore;
  /** When the position is saved. Default `'at-least-once'`. */
  readonly delivery?: Delivery;
  /** Default what `connect` was told. */
  readonly onLoss?: OnLoss;
}

export interface ReplayOptions extends FilterOptions {
  /** Right after this position. Default the oldest event there is. */
  readonly after?: Position;
  /** Default what `connect` was told. */
  readonly onLoss?: OnLoss;
}

/** One consumer of events. Iterate over it once; leaving the loop ends it. */
export interface Subscription<T> extends AsyncIterableIterator<T> {
  /**
   * Where it stands in the log: everything up to here was handed over or did not match. Right after an event was handed over it is
   * the position of that event. Undefined until it stands anywhere.
   */
  readonly position: Position | undefined;
  /** Settles once events are coming: from the position it gives. Rejects when it ended before. */
  readonly ready: Promise<Position>;
  /** Ends it; what still waits is dropped. */
  close(): void;
}

/** A handler at work. */
export interface Listener {
  readonly position: Position | undefined;
  readonly ready: Promise<Position>;
  /** Settles when it is over; rejects with what ended it: what the handler threw, a refusal, a loss. */
  readonly done: Promise<void>;
  /** Ends it; the handler is not called again. */
  off(): void;
}

/** Either the state to start from (again), or what happened to it since. */
export type ViewItem<E> =
  | {
      /** Forget what you held: this is the state now. */
      readonly snapshot: Snapshot;
      /** Why there is a new one, when events were lost. */
      readonly loss?: Loss;
      readonly event?: undefined;
    }
  | { readonly event: E; readonly snapshot?: undefined; readonly loss?: undefined };

export interface RequestOptions {
  /** Milliseconds to wait for the answer, through reconnects. Default what `connect` was told. */
  readonly timeoutMs?: number;
  /** Ends the wait; the request rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface HistoryOptions extends RequestOptions {
  /** Most events in the answer, up to 1,000. Default 100. */
  readonly limit?: number;
  /** Only events with a smaller seq: the first seq of the page before, to go back in time. */
  readonly before?: number;
}

/** A page of a session's events, ascending by seq. */
export interface History {
  readonly events: readonly EventEnvelope[];
  /** Whether there are older ones. */
  readonly hasMore: boolean;
}

/** One line of a transcript. */
export interface AgentLogLine {
  readonly sessionId: string;
  /** The subagent whose transcript it is; absent for the main agent. */
  readonly agentId?: string;
  /** The line, parsed; its shape is the agent's own. */
  readonly line: unknown;
}

/** A transcript as it is written. Iterate over it once; leaving the loop ends it. */
export interface AgentLogLines extends AsyncIterableIterator<AgentLogLine> {
  /** Settles once lines are coming. Rejects when it ended before. */
  readonly ready: Promise<void>;
  /** Ends it; what still waits is dropped. */
  close(): void;
}

/** What is sent: a text, or a type and a payload of any JSON. What it leaves out is as `POST /api/messages` has it. */
export type NewMessage = Omit<NewMessageInput, 'message' | 'type' | 'payload'> &
  (
    | { message: string; type?: undefined; payload?: undefined }
    | { message?: undefined; type: string; payload: unknown }
  );

/** Which messages; what is left out does not matter. */
export interface MessageFilter {
  /** Whom they are for: as their sender wrote it, or one of the names that are meant. */
  readonly to?: string;
  readonly from?: string;
  readonly state?: MessageState;
  readonly key?: string;
  /** Most messages in the answer, up to 1,000. Default 100. */
  readonly limit?: number;
  /** Only messages older than that of this id: the last one of the page before. */
  readonly before?: string;
}

export interface MessageOptions {
  /** Waits until it is in this state, or at an end. Default: it is told as it stands. */
  readonly wait?: MessageState;
  /** Milliseconds to wait for that, through restarts of the daemon; `Infinity` for ever. Default 30,000. */
  readonly timeoutMs?: number;
  /** Ends the wait; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface InboxOptions {
  /** Most messages that are taken at a time, up to 100. Those that wait for their turn are taken, too: see `leaseMs`. Default 1. */
  readonly max?: number;
  /** Milliseconds until a message that was not acknowledged waits again, from 1,000 to 3,600,000. Default 30,000. */
  readonly leaseMs?: number;
  /** Ends the iteration when it fires, like leaving its loop. */
  readonly signal?: AbortSignal;
}

/** A message that was taken. */
export interface TakenMessage {
  readonly message: Message;
  /**
   * It arrived: it is `delivered` then. Saying so again changes nothing.
   *
   * @throws RequestError (`conflict`), when the lease was over: it waits again, or somebody else has it
   */
  ack(): Promise<void>;
  /** Nothing could be done with it: it waits again, and is `dead` after five tries. One whose lease is over waits already. */
  nack(reason?: string): Promise<void>;
}
