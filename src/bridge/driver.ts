// The contract of a driver: what a broker has to be able to do for a bridge. One conformance suite (test/bridge) holds every driver to the MUSTs.
import type { Priority } from '../protocol/index.ts';

/** An event on its way out. */
export interface OutgoingEvent {
  /** `NODE:EPOCH:SEQ`, the same however often it is sent. */
  readonly id: string;
  /** "" for one of no session. */
  readonly sessionId: string;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** The envelope, as JSON. */
  readonly body: string;
}

/** A message as it crosses a broker. What is absent was not said. */
export interface WireMessage {
  /** The sender's own id for it. */
  readonly id?: string | undefined;
  readonly from?: string | undefined;
  readonly message?: string | undefined;
  /** In place of a text. */
  readonly type?: string | undefined;
  readonly payload?: unknown;
  /** Milliseconds since 1970. */
  readonly createdAt?: number | undefined;
  /** How long it may still wait, in milliseconds. */
  readonly ttlMs?: number | undefined;
  readonly priority?: Priority | undefined;
  readonly files?: readonly string[] | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Whom it is for at the hookline that its queue belongs to. */
  readonly to?: string | undefined;
  /** Who an answer goes to there. */
  readonly replyTo?: string | undefined;
  /** The id of what it answers, or the sender's own name for a conversation. */
  readonly correlationId?: string | undefined;
  /** What the sender of what it answers called the conversation, for those who go by that and not by ids. */
  readonly answersIn?: string | undefined;
  /** The hookline that sent it, and wants to know what becomes of it. */
  readonly node?: string | undefined;
}

/** What came for a name. */
export interface Arrival {
  /** The name, as `consume` was given it; for what a pattern caught, the pattern. */
  readonly name: string;
  /** The body, as it came. */
  readonly raw: string;
  /** What it says, or in words why it says nothing. */
  readonly message: WireMessage | { readonly malformed: string };
}

/** What became of a message on the other side. */
export interface WireReceipt {
  /** The message, as its sender calls it. */
  readonly id: string;
  readonly state: 'held' | 'delivered' | 'expired' | 'dead' | 'cancelled';
  readonly reason?: string | undefined;
}

/** Where a broker is, and who this is. */
export interface ConnectOptions {
  readonly url: URL;
  /** In place of the one in the URL. */
  readonly password?: string | undefined;
  /** PEM. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** What this hookline is called there. */
  readonly node: string;
  /** Topics or queues there that are taken in besides names. */
  readonly patterns: readonly string[];
  /** Fires when the try is to end; a connection that is there by then is closed. */
  readonly signal: AbortSignal;
  /** Takes what came. It is acknowledged once this resolves, and MUST NOT be before; when it rejects, it MUST come again later. */
  readonly take: (arrival: Arrival) => Promise<void>;
  readonly hear: (receipt: WireReceipt) => void;
  /**
   * To be told, where a broker says it, why it takes nothing for now although it is there; undefined: it does again. Nothing more is sent
   * meanwhile.
   */
  readonly blocked?: (reason: string | undefined) => void;
}

/** How a hookline stands, as a broker shows it to everybody who asks there, also later. */
export interface NodeStatus {
  readonly online: true;
  /** The newest event of its log, and the numbering that it belongs to. */
  readonly epoch: string;
  readonly seq: number;
  readonly version: string;
}

/**
 * Where a broker shows how a hookline and its sessions stand: whatever was told last, and nothing of before. Sessions go by their ids as
 * `sessionPart` writes them.
 */
export interface StateBoard {
  /**
   * Shows the node; resolves once the broker has it. Once the connection is gone, however it went, the node MUST be shown as
   * `{"online":false}`; where a broker can do nothing by itself, what it shows MUST say until when it holds (`until`, in milliseconds
   * since 1970), a minute at most.
   */
  announce(status: NodeStatus): Promise<void>;
  /** Shows a session as this JSON; undefined: takes it away. Resolves once the broker has it. */
  announceSession(id: string, state: string | undefined): Promise<void>;
  /** Sessions of this node that are shown there by now, also those that an earlier connection has left. */
  announcedSessions(): Promise<readonly string[]>;
}

/** A place among all events at a broker. */
export interface StreamPlace {
  /** Tells these events from what is kept under the same name later. */
  readonly stream: string;
  /** The last one that was read. */
  readonly seq: number;
}

/** An event of some hookline, as a broker keeps it. */
export interface StreamedEvent {
  readonly place: StreamPlace;
  /** Whose it is: nobody else can have put it where it was. */
  readonly node: string;
  /** As its sender named it. */
  readonly id: string;
  readonly body: string;
}

/** Takes what all hooklines tell. */
export interface StreamReader {
  /** In order. While it is not settled, no more come; when it rejects, the line is of no more use. */
  take(events: readonly StreamedEvent[]): Promise<void>;
  /** So many events were thrown away there before they could be read. */
  lost(count: number): void;
}

/** What a broker does for a hub, which shows many hooklines as one. */
export interface HubSide {
  /** Reads all events that come after a place, and those that are there when it is not known any more; resolves once that has begun. */
  read(after: StreamPlace | undefined, reader: StreamReader): Promise<void>;
  /** The newest of all events that are there. */
  end(): Promise<StreamPlace>;
  /** Tells how each hookline stands, now and whenever that is said anew. Undefined: it has left. Resolves once that has begun. */
  watch(tell: (node: string, status: NodeStatus | undefined) => void): Promise<void>;
  /** @throws when nobody answers in time */
  ask(node: string, question: object): Promise<unknown>;
  /** Says something to every hookline that listens to hubs. */
  announce(words: object): void;
}

/** What a hookline that lets hubs answer for it does with what they say. */
export interface HubListener {
  answer(question: unknown): Promise<object>;
  hear(words: unknown): void;
  /** An answer could not be said. */
  failed(error: unknown): void;
}

/** A connection to a broker. */
export interface Link {
  /** Absent where there can be no hubs. */
  readonly hub?: HubSide;
  /** Lets hubs ask. Absent where there can be none. Resolves once they can. */
  listenToHubs?(listener: HubListener): Promise<void>;
  /** Absent where a broker shows nothing. */
  readonly board?: StateBoard;
  /** Resolves with the reason once it is of no use any more. MUST NOT reject. */
  readonly lost: Promise<string>;
  /**
   * Sends events, in order; resolves once the broker has confirmed all of them. When it rejects, the same ones are sent again: a broker
   * that refused one MUST NOT go on taking those after it.
   *
   * @throws when that is not known of one, with words that say why it was refused; NotCarriedError when the broker never takes one of them,
   *   as it is larger than it takes: those before it are confirmed, or sent again
   */
  publish(events: readonly OutgoingEvent[]): Promise<void>;
  /**
   * Sends a message to a name there; resolves once the broker has confirmed that it keeps it until somebody takes it. MUST reject where
   * the broker tells that nobody is there to take it, and keeps nothing: it is sent again later.
   *
   * @throws when that is not known; NotCarriedError when the broker never takes it
   */
  send(name: string, message: WireMessage): Promise<void>;
  /** Tells another hookline what became of what it sent; resolves once confirmed. */
  tell(node: string, receipt: WireReceipt): Promise<void>;
  /**
   * From now on takes in what comes for these names, and for no others; what comes for one MUST be taken in order. A name that the broker
   * refuses MUST NOT keep the others out.
   *
   * @throws once all others are taken in, with words that say which are not, and why
   */
  consume(names: readonly string[]): Promise<void>;
  /** Lets what is under way come to its end, for a moment, and goes. MUST NOT reject. */
  close(): Promise<void>;
}

/**
 * A kind of broker.
 *
 * Everything that is made there MUST outlive a restart of the broker, and be made anew with every connection. Nothing of it may be
 * taken from others that share the broker.
 */
export interface Driver {
  /** What messages say that they came by. */
  readonly via: 'amqp' | 'mqtt' | 'redis' | 'nats';
  /** What comes for a hookline itself, whoever of its sessions it is for; undefined where a name is all that can be reached. */
  ownQueue?(node: string): string;
  /** Why a name cannot be reached there, for people; undefined when it can. */
  whyNoName(name: string): string | undefined;
  /** @throws with words that say what did not work, and never a password */
  connect(options: ConnectOptions): Promise<Link>;
}
