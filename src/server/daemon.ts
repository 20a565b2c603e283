// The daemon: a list of services, started in order and stopped in reverse, and what they share.
import type { Server } from 'node:http';
import { noAgent } from '../agents/index.ts';
import type { Alerts } from '../alerts/index.ts';
import type { Approvals, Listening } from '../approvals/index.ts';
import { Grants, Keyring, loadTokens, rotateTokens, Tickets } from '../auth/index.ts';
import { type Bridge, type LoadedBroker, loadBrokers, whyNoAddress } from '../bridge/index.ts';
import { Rooms, VIA_ROOM } from '../channel/index.ts';
import { type Config, isLoopback, urlOf } from '../config/index.ts';
import { Engine, type HookAnswerer } from '../engine/index.ts';
import { History } from '../history/index.ts';
import { ApprovalsForHubs, type Hub } from '../hub/index.ts';
import type { Inbox } from '../inbox/index.ts';
import { openLineInputs } from '../intake/index.ts';
import type { Opened } from '../log/index.ts';
import { type Logger, openLogger } from '../logger.ts';
import { variableOf } from '../process-probe.ts';
import type { Service } from '../service.ts';
import { inWords } from '../system-error.ts';
import { VERSION } from '../version.ts';
import { bridgeBrokers } from './bridge-brokers.ts';
import { listen, shut } from './http/web-server.ts';
import { makeAlerts } from './make-alerts.ts';
import { makeApprovals, watchTerminals } from './make-approvals.ts';
import { makeHttpServer } from './make-http-server.ts';
import { makeHub } from './make-hub.ts';
import { makeInbox } from './make-inbox.ts';
import { openNames } from './name-file.ts';
import { tellPrompts } from './prompts.ts';
import { RuntimeFiles } from './runtime-files.ts';
import { signedByDoor } from './sender.ts';
import { Services } from './services.ts';
import type { Shared } from './shared.ts';
import { watchGrants } from './watch-grants.ts';
import { Clients } from './ws/clients.ts';

export interface DaemonOptions {
  readonly logger?: Logger;
  /** The words that run this hookline in a terminal, for pages and errors that name a command. Default `hookline`. */
  readonly self?: string;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** Milliseconds of a clock that never jumps: limits go by it. Default `performance.now`. */
  readonly uptime?: () => number;
  /** The brokers of the configuration. Default: none. */
  readonly brokers?: readonly LoadedBroker[];
  /** Shows what every hookline at these brokers tells, and takes no hooks itself. Default false. */
  readonly isHub?: boolean;
  /** Opens the store in a state directory. Default: the durable one. */
  readonly openStore?: (home: string, now: () => number) => Opened;
  /** To which addresses browsers may have alerts pushed. Default: the push services of browsers. */
  readonly isPushService?: (endpoint: string) => boolean;
  /** Who may have something to say to an agent in answer to its hook, before all who do so anyway. Default: nobody. */
  readonly hookAnswerers?: readonly HookAnswerer[];
}

/** How long a stop waits for clients to say goodbye, in milliseconds. */
const GOODBYE_MS = 1000;

export class Daemon {
  /** Resolves when the daemon has stopped. */
  readonly closed: Promise<void>;
  readonly host: string;
  readonly #shared: Shared;
  readonly #grants: Grants;
  readonly #keyring: Keyring;
  readonly #tickets = new Tickets();
  readonly #inbox: Inbox;
  readonly #rooms: Rooms;
  readonly #history: History;
  readonly #approvals: Approvals;
  readonly #alerts: Alerts;
  readonly #bridges: readonly Bridge[];
  readonly #hub: Hub | undefined;
  readonly #clients: Clients;
  readonly #server: Server;
  readonly #files: RuntimeFiles;
  readonly #services: Services;
  readonly #startedAt: number;
  #port: number;
  #stopping: Promise<void> | undefined;
  #markClosed: () => void = () => {};

  /** @throws TokenFileError, NameFileError */
  constructor(config: Config, options: DaemonOptions = {}) {
    if (!config.auth && !isLoopback(config.host)) {
      throw new Error(`--no-auth is for loopback only; others can reach ${config.host}`);
    }
    this.host = config.host;
    this.#port = config.port;
    this.closed = new Promise(resolve => {
      this.#markClosed = resolve;
    });
    const { now = Date.now, uptime = () => performance.now(), self = 'hookline' } = options;
    const { brokers = [], isHub = false } = options;
    const logger = options.logger ?? openLogger(config);
    const failed = (what: string, error: unknown): void =>
      logger.error(`${what}: ${inWords(error, config.home)}`);
    this.#startedAt = now();
    const names = openNames(config.store ? config.home : undefined, {
      living: () => engine.queries.living(),
      // On a hub, processes are of other machines.
      ...(isHub ? {} : { nameInEnv: (pid: number) => variableOf(pid, 'HOOKLINE_NAME') }),
      rules: config.names,
      inUse: () => this.#namesInUse,
      whyNoAddress: address => (this.#hub?.knows(address) ? undefined : whyNoAddress(brokers, address)),
      failed,
    });
    const tokens = loadTokens(config.home);
    this.#grants = new Grants({ home: config.home, now });
    this.#keyring = new Keyring(tokens, this.#grants);
    const engine = new Engine(config, {
      now,
      uptime,
      logger,
      ownTokens: () => this.#keyring.ownTokens,
      onEpochLost: () => this.#epochLost(),
      ...(isHub ? { agents: [noAgent], nodes: () => this.#hub?.positions ?? {} } : {}),
      ...(options.openStore ? { openStore: options.openStore } : {}),
      hookAnswerers: [
        ...(options.hookAnswerers ?? []),
        ({ event, asked }) => asked && this.#approvals.hold(event, asked),
        ({ event, prints }) => this.#inbox.answerHook(event, prints),
      ],
    });
    const { queries, pump, log } = engine;
    this.#shared = { config, engine, names, logger, self, now, uptime, failed };
    this.#hub = isHub
      ? makeHub(this.#shared, brokers[0]?.broker, () => this.#clients.listening(''))
      : undefined;
    const forHubs = new ApprovalsForHubs({ approvals: () => this.#approvals, uptime, failed });
    this.#bridges = bridgeBrokers(this.#shared, brokers, {
      ...{ hub: this.#hub, listener: forHubs },
      inbox: () => this.#inbox,
      inUse: () => this.#namesInUse,
    });
    this.#inbox = makeInbox(
      this.#shared,
      this.#bridges.map(({ carrier }) => carrier),
    );
    this.#approvals = makeApprovals(this.#shared, sessionId =>
      better(this.#clients.listening(sessionId), forHubs.listening()),
    );
    const { alerts, push } = makeAlerts(this.#shared, () => this.url, options.isPushService);
    this.#alerts = alerts;
    this.#history = new History({
      ...{ engine, self, now, logger },
      ...{ home: config.home, bytes: config.historyBytes },
    });
    const parts = { names, inbox: this.#inbox, approvals: this.#hub?.approvals ?? this.#approvals };
    this.#rooms = new Rooms({
      ...{ ...parts, log, pump, self, failed },
      stateOf: sessionId => queries.session(sessionId),
      sign: (message, access) => signedByDoor(message, { access, via: VIA_ROOM, names }),
    });
    this.#clients = new Clients({
      ...{ ...parts, rooms: this.#rooms, queries, pump, logger },
      resumeByNodes: this.#hub?.resume,
      limits: config.limits,
      now: uptime,
    });
    this.#server = makeHttpServer({
      ...{ ...this.#shared, ...parts, rooms: this.#rooms, clients: this.#clients },
      ...{ history: this.#history, alerts, push },
      ...{ bridges: this.#bridges, nodes: () => this.#hub?.nodes ?? [] },
      ...{ keyring: this.#keyring, grants: this.#grants, tickets: this.#tickets },
      bound: () => ({ host: this.host, port: this.port }),
      health: () => this.#health(),
      rotate: () => this.#rotate(),
      isStopping: () => this.#stopping !== undefined,
    });
    this.#files = new RuntimeFiles({
      home: config.home,
      startedAt: this.#startedAt,
      address: () => ({ host: this.host, port: this.port }),
      hookToken: () => this.#keyring.tokens.hook,
      waitMs: config.approvals.waitMs,
      epoch: () => this.epoch,
      failed,
    });
    this.#services = new Services(this.#inOrder(), failed);
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return urlOf(this.host, this.port);
  }

  get epoch(): string {
    return this.#shared.engine.log.epoch;
  }

  /** @throws PortInUseError */
  async start(): Promise<void> {
    await this.#services.start();
  }

  /** Says goodbye to every client, commits what waits, and removes what only a running daemon leaves behind. */
  stop(): Promise<void> {
    this.#stopping ??= this.#services.stop().finally(() => this.#markClosed());
    return this.#stopping;
  }

  /** Last comes what lets others find the daemon: whoever finds it finds everything else in place. */
  #inOrder(): readonly Service[] {
    const { config, engine, names, logger, failed } = this.#shared;
    return [
      engine,
      watchGrants(this.#grants, logger),
      {
        name: 'web server',
        start: async () => {
          this.#port = await listen(this.#server, this.host, config.port);
        },
        stop: () => shut(this.#server, GOODBYE_MS),
      },
      this.#clients,
      this.#files.forHooks,
      {
        name: 'the first event',
        start: () => engine.tell('system.started', { version: VERSION, epoch: this.epoch }),
      },
      // What is asked on other machines is held there.
      ...(this.#hub ? [this.#hub] : [this.#approvals, watchTerminals(this.#shared, this.#approvals)]),
      ...engine.services,
      this.#history,
      { name: 'names', chores: names.chores },
      this.#inbox,
      this.#rooms,
      ...this.#bridges,
      this.#alerts,
      tellPrompts({ log: engine.log, pump: engine.pump, inbox: this.#inbox }),
      ...openLineInputs(config.in, {
        send: (message, origin) => this.#inbox.send(message, origin),
        bury: (message, origin, reason) => this.#inbox.bury(message, origin, reason),
        refused: what => logger.warn(what),
        failed,
      }),
      this.#files.forClients,
    ];
  }

  get #namesInUse(): string[] {
    return [...this.#inbox.names, ...this.#inbox.awaited];
  }

  // Who is connected holds positions of an epoch that ended: they come back, and are told so when they resume.
  #epochLost(): void {
    // Nobody can have come before, and whoever looks for the daemon must not find half of one.
    if (!this.#server.listening) return;
    this.#files.tellClients();
    this.#clients.closeAll(1001, 'the event store failed; come back and take a fresh snapshot');
  }

  #rotate(): void {
    const { config, failed } = this.#shared;
    this.#keyring.replace(rotateTokens(config.home));
    this.#tickets.clear();
    this.#files.tellHooks().catch(error => failed('hooks: telling them the new token', error));
  }

  #health(): object {
    const { engine, now } = this.#shared;
    return {
      status: this.#services.health() === undefined ? 'ok' : 'degraded',
      version: VERSION,
      uptimeSec: Math.floor((now() - this.#startedAt) / 1000),
      epoch: engine.log.epoch,
      seq: engine.log.head,
      sessions: engine.queries.sessionCount,
      connections: this.#clients.size,
      ...(this.#history.unseen ? { unseen: this.#history.unseen } : {}),
      ...(this.#bridges.length === 0 ? {} : { brokers: this.#bridges.map(({ standing }) => standing) }),
      ...(this.#hub && { nodes: this.#hub.count }),
    };
  }
}

/** Who listens for what is asked goes before who watches everything. */
const better = (one: Listening | undefined, other: Listening | undefined): Listening | undefined =>
  one === 'by name' ? one : (other ?? one);

/**
 * Starts a daemon.
 *
 * @throws PortInUseError, TokenFileError, NameFileError, StoreBusyError, NewerSchemaError
 */
export async function startDaemon(config: Config, options: DaemonOptions = {}): Promise<Daemon> {
  const brokers = options.brokers ?? (await loadBrokers(config.brokers));
  const daemon = new Daemon(config, { ...options, brokers });
  await daemon.start();
  return daemon;
}
