// A bridge to one broker: a connection that is kept, and what goes over it in both directions.
import fs from 'node:fs';
import type { BrokerConfig } from '../config/index.ts';
import type { Pump } from '../fanout/index.ts';
import type { Inbox } from '../inbox/index.ts';
import type { EventLog } from '../log/index.ts';
import { type Message, Name, type SessionState } from '../protocol/index.ts';
import type { Chore, Service } from '../service.ts';
import { inWords } from '../system-error.ts';
import { type Cargo, Connection } from './connection.ts';
import type { ConnectOptions, Driver, HubListener, HubSide, Link } from './driver.ts';
import { EventsOut } from './events-out.ts';
import { MessagesIn } from './messages-in.ts';
import { MessagesOut, type Route } from './messages-out.ts';
import { PositionFile } from './position-file.ts';
import { ReceiptsOut } from './receipts-out.ts';
import { StateOut } from './state-out.ts';
import { wordsOfConnecting } from './words.ts';

export interface BridgeOptions {
  readonly broker: BrokerConfig;
  readonly driver: Driver;
  /** The state directory; undefined: nothing is kept. */
  readonly home: string | undefined;
  readonly log: EventLog;
  readonly pump: Pump;
  readonly inbox: () => Inbox;
  /** Every name that is known here. */
  readonly names: () => readonly string[];
  /** As whoever is meant by a name at a broker is called here. */
  readonly calledLike: (name: string) => string;
  /** Every session that lives. */
  readonly sessions: () => readonly SessionState[];
  /** One of them; undefined when it does not live. */
  readonly session: (sessionId: string) => SessionState | undefined;
  /** Tells an event of the system. */
  readonly tell: (type: 'system.broker', data: Record<string, unknown>) => Promise<unknown>;
  /** Where those are who are known here and live elsewhere. Default: nobody does. */
  readonly route?: Route;
  /** Shows here what all hooklines there tell: given each connection. Default: nobody does. */
  readonly hub?: (side: HubSide) => Promise<void>;
  /** Answers hubs there, where the configuration lets them ask. */
  readonly listener?: HubListener;
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly warn: (words: string) => void;
  readonly failed: (what: string, error: unknown) => void;
}

/** How a bridge stands, as everybody may know. */
export interface BridgeHealth {
  readonly label: string;
  /** Down while it is not there, takes nothing, or refuses events. */
  readonly state: 'up' | 'down';
  /** The newest event that the broker has confirmed, or that was not wanted there. */
  readonly lastSeq: number;
  /** Events after that one. */
  readonly behind: number;
}

/** The same, for whoever may read. */
export interface BridgeState extends BridgeHealth {
  readonly kind: BrokerConfig['kind'];
  /** What this machine is called there. */
  readonly node: string;
  /** Why it is down, or what it refuses although it is up, for people. */
  readonly reason?: string;
}

/** What may be refused although the connection is there, the gravest first. */
const CARGOES: readonly Cargo[] = ['events', 'messages', 'names', 'receipts', 'state'];

/** How often it is looked which names are known, in milliseconds. */
const NAMES_MS = 1000;
/** When it is tried again to take in what comes for names that were refused, in milliseconds. */
const AGAIN_MS = 10_000;
/** How long a name is remembered that is not known any more, in milliseconds: somebody who waits for it asks again and again. */
const REMEMBERED_MS = 30_000;

export class Bridge implements Service {
  readonly name: string;
  readonly chores: readonly Chore[];
  /** The way for messages that are for somebody there. */
  readonly carrier: MessagesOut;
  readonly #options: BridgeOptions;
  readonly #connection: Connection;
  readonly #positions: PositionFile;
  readonly #events: EventsOut | undefined;
  readonly #receipts: ReceiptsOut;
  readonly #state: StateOut;
  readonly #in: MessagesIn;
  /** Names that are known here, and when they were last, by `uptime`. */
  readonly #known = new Map<string, number>();
  /** Names that are taken in now, as a text that tells two lists apart. */
  #consumed = '';
  #isConsuming = false;
  /** When those among them that were refused are tried again, by `uptime`. */
  #triesAgainAt = Number.POSITIVE_INFINITY;
  /** Whether and why it is down, as it was told last. */
  #told = '';

  /** @throws Error when the file with its positions is not one of ours */
  constructor(options: BridgeOptions) {
    const { broker, driver, home, log, pump, inbox, now, warn, failed } = options;
    const { label, node } = broker;
    this.name = `broker ${label}`;
    this.#options = options;
    this.#positions = new PositionFile(home, label, error =>
      failed(`${this.name}: how far it got could not be written`, error),
    );
    const connection = new Connection({
      connect: signal => this.#connect(signal),
      up: link => this.#up(link),
      down: reason => this.#down(reason),
      refused: isLess => this.#refused(isLess),
    });
    this.#connection = connection;
    const shared = { label, node, log, pump, connection, positions: this.#positions, now };
    this.#events =
      broker.events.length === 0
        ? undefined
        : new EventsOut({
            ...{ ...shared, topics: broker.events },
            warn: words => warn(`${this.name}: ${words}`),
          });
    this.#receipts = new ReceiptsOut({ ...shared, expected: id => inbox().view.expectedBy(id) });
    this.#state = new StateOut({
      ...{ label, log, pump, connection, failed },
      // A hub is none of those that it shows.
      isShown: options.hub === undefined,
      // Whoever is told no events is told nothing of sessions either.
      sessions: broker.events.length === 0 ? undefined : options,
    });
    const cameFrom = (id: string): Message | undefined => {
      const message = inbox().view.find(id);
      return message?.via === driver.via ? message : undefined;
    };
    this.carrier = new MessagesOut({
      ...{ label, node, driver, connection, now, route: options.route },
      keyOf: id => cameFrom(id)?.key,
      conversationOf: id => cameFrom(id)?.correlationId,
    });
    this.#in = new MessagesIn({
      ...{ label, via: driver.via, refused: warn },
      ownQueue: driver.ownQueue?.(node),
      calledLike: options.calledLike,
      inputs: new Map(broker.in.map(input => [input.from, input])),
      send: (message, origin) => inbox().send(message, origin),
      bury: (message, origin, reason) => inbox().bury(message, origin, reason),
    });
    this.chores = [
      { what: `${this.name}: looking who is here`, everyMs: NAMES_MS, run: () => this.#consume() },
      ...this.#state.chores,
    ];
  }

  get standing(): BridgeHealth {
    const { broker, log } = this.#options;
    const isDown = (this.#connection.problem ?? this.#connection.refusal('events')) !== undefined;
    const state = isDown ? 'down' : 'up';
    const lastSeq = this.#events?.lastSeq ?? log.head;
    return { label: broker.label, state, lastSeq, behind: Math.max(0, log.head - lastSeq) };
  }

  get state(): BridgeState {
    const { kind, node } = this.#options.broker;
    const refused = CARGOES.find(cargo => this.#connection.refusal(cargo) !== undefined);
    const refusal = refused && `it refuses ${refused}: ${this.#connection.refusal(refused)}`;
    const reason = this.#connection.problem ?? refusal;
    return { ...this.standing, kind, node, ...(reason === undefined ? {} : { reason }) };
  }

  start(): void {
    this.#events?.start();
    this.#receipts.start();
    this.#state.start();
    this.#connection.start();
  }

  /** What is under way is let come to its end. */
  async stop(): Promise<void> {
    await this.#connection.stop();
    await this.#events?.stop();
    await this.#receipts.stop();
    await this.#state.stop();
    await this.#positions.flush();
  }

  async #connect(signal: AbortSignal): Promise<Link> {
    const { broker, driver, failed } = this.#options;
    const credentials = credentialsOf(broker);
    const connecting = driver.connect({
      ...credentials,
      node: broker.node,
      patterns: broker.in.map(({ from }) => from),
      signal,
      take: arrival =>
        this.#in.take(arrival).catch(error => {
          failed(`${this.name}: a message for ${arrival.name} waits on there`, error);
          throw error;
        }),
      hear: receipt => this.carrier.hear(receipt),
      blocked: reason => this.#connection.block(reason),
    });
    return connecting.catch(error => {
      throw new Error(wordsOfConnecting(error, credentials.url), { cause: error });
    });
  }

  #up(link: Link): void {
    this.#consumed = '';
    this.#tell();
    void this.#consume();
    // A hub that hears of this hookline may ask it at once.
    this.#meetHubs(link);
    void this.#state.tellAll();
    this.#tryAgain();
  }

  /** With hubs that cannot be heard, everything else goes on. */
  #meetHubs(link: Link): void {
    const { broker, hub, listener, failed } = this.#options;
    const told = (error: unknown): void => failed(`${this.name}: hubs`, error);
    if (hub !== undefined && link.hub !== undefined) hub(link.hub).catch(told);
    if (broker.approvals && listener !== undefined) link.listenToHubs?.(listener).catch(told);
  }

  #down(reason: string): void {
    this.#options.warn(`${this.name} is away: ${reason}; it is tried again`);
    this.#tell();
  }

  #refused(isLess: boolean): void {
    const { reason } = this.state;
    if (reason !== undefined && !isLess) this.#options.warn(`${this.name}: ${reason}; it is tried again`);
    this.#tell();
    if (isLess) this.#tryAgain();
  }

  /** Whatever waits. */
  #tryAgain(): void {
    this.#events?.wake();
    this.#receipts.wake();
    this.carrier.onOpen();
  }

  /** Tells how it is, where that is not what was told last. */
  #tell(): void {
    const { broker, tell, failed } = this.#options;
    const { state, reason } = this.state;
    const what = state === 'up' ? { state } : { state, reason };
    const text = JSON.stringify(what);
    if (text === this.#told) return;
    this.#told = text;
    tell('system.broker', { label: broker.label, ...what }).catch(error =>
      failed(`${this.name}: that it is ${state} could not be told`, error),
    );
  }

  #remembered(names: readonly string[]): string[] {
    const now = this.#options.uptime();
    for (const name of names) this.#known.set(name, now);
    for (const [name, at] of this.#known) if (now - at > REMEMBERED_MS) this.#known.delete(name);
    return [...this.#known.keys()].sort();
  }

  /** Takes in what comes for the names that are known here by now. */
  async #consume(): Promise<void> {
    const { broker, driver, names, uptime } = this.#options;
    const wanted = (broker.names ?? this.#remembered(names())).filter(
      name => Name.safeParse(name).success && driver.whyNoName(name) === undefined,
    );
    const own = broker.names === undefined ? driver.ownQueue?.(broker.node) : undefined;
    if (own !== undefined) wanted.push(own);
    const text = wanted.join(' ');
    if (this.#connection.link === undefined || this.#isConsuming) return;
    if (text === this.#consumed && uptime() < this.#triesAgainAt) return;
    this.#consumed = text;
    this.#triesAgainAt = Number.POSITIVE_INFINITY;
    this.#isConsuming = true;
    // What is refused is told by the connection.
    await this.#connection
      .over('names', link => link.consume(wanted))
      .catch(() => {
        this.#triesAgainAt = uptime() + AGAIN_MS;
      });
    this.#isConsuming = false;
  }
}

/** Read anew with every connection: files may change. @throws Error that names the file */
function credentialsOf(
  broker: BrokerConfig,
): Pick<ConnectOptions, 'url' | 'password' | 'ca' | 'cert' | 'key'> {
  const textOf = (what: 'passwordFile' | 'ca' | 'cert' | 'key'): string | undefined => {
    const file = broker[what];
    if (file === undefined) return undefined;
    try {
      return fs.readFileSync(file, 'utf8');
    } catch (error) {
      throw new Error(`${what} ${file} of broker ${broker.label} cannot be read: ${inWords(error)}`, {
        cause: error,
      });
    }
  };
  const password = textOf('passwordFile')?.replace(/\r?\n$/, '');
  return { url: new URL(broker.url), password, ca: textOf('ca'), cert: textOf('cert'), key: textOf('key') };
}
