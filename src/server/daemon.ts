// The daemon: the heart, its doors and its files, and an orderly way to start and stop them.
import type { Server } from 'node:http';
import { InvalidPayloadError, TOUCH_MS } from '../agents/index.ts';
import { asyncApiText } from '../asyncapi/index.ts';
import { Keyring, loadTokens, rotateTokens, Tickets } from '../auth/index.ts';
import { type Config, isLoopback, urlOf } from '../config/index.ts';
import { Core, type HookAnswers } from '../engine/index.ts';
import type { Opened } from '../log/index.ts';
import { compactLog } from '../log/index.ts';
import { type Logger, makeLogger } from '../logger.ts';
import type { Limits } from '../protocol/index.ts';
import { inWords } from '../system-error.ts';
import { VERSION } from '../version.ts';
import { makeApp } from './http/app.ts';
import { loadAssets } from './http/assets.ts';
import { Gate } from './http/gate.ts';
import { type HookAnswer, makeHookRoute } from './http/hook-route.ts';
import { HttpError } from './http/http-error.ts';
import { coreMetrics, metricsText } from './http/metrics.ts';
import { Room } from './http/room.ts';
import { listen, makeWebServer, shut } from './http/web-server.ts';
import { Presence } from './runtime-files.ts';
import { Chores } from './scheduler.ts';
import { Clients } from './ws/clients.ts';

export interface DaemonOptions {
  readonly logger?: Logger;
  /** The words that run this hookline in a terminal, for pages and errors that name a command. Default `hookline`. */
  readonly self?: string;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** Milliseconds of a clock that never jumps: limits go by it. Default `performance.now`. */
  readonly uptime?: () => number;
  /** Opens the store in a state directory. Default: the durable one. */
  readonly openStore?: (home: string, now: () => number) => Opened;
  /** What to tell the agent whose hook an event came from, once it is in the log: a hook output object. Default: nothing. */
  readonly answerHook?: HookAnswers;
}

/** How often connections are looked after, in milliseconds: often enough for the shortest limit, and twice a second at least. */
function tickMs({ slowReaderMs, positionEveryMs, pingEveryMs, pongTimeoutMs }: Limits): number {
  return Math.max(
    20,
    Math.min(500, slowReaderMs / 4, positionEveryMs / 5, pingEveryMs / 4, pongTimeoutMs / 4),
  );
}
/** How often the mark of a hung daemon is taken away, in milliseconds. */
const UNSTALL_MS = 3000;
/** How often it is looked whether the store's files are still there, in milliseconds. */
const CHECK_MS = 1000;
/** How often some of the events that are too old or too many are deleted, in milliseconds. */
const PRUNE_MS = 5000;
/** How often what hooks kept and transcripts gained is taken in, in milliseconds. */
const RECOVER_MS = 500;
/** How often it is looked which sessions still live, in milliseconds. */
const LIVENESS_MS = 1000;
/** How long a stop waits for clients to say goodbye, in milliseconds. */
const GOODBYE_MS = 1000;

export class Daemon {
  /** Resolves when the daemon has stopped. */
  readonly closed: Promise<void>;
  readonly host: string;
  readonly #config: Config;
  readonly #now: () => number;
  /** The wall clock may be set back, and then nobody's time would ever be up. */
  readonly #uptime: () => number;
  readonly #logger: Logger;
  readonly #self: string;
  readonly #keyring: Keyring;
  readonly #tickets = new Tickets();
  readonly #core: Core;
  readonly #clients: Clients;
  readonly #server: Server;
  readonly #presence: Presence;
  readonly #chores = new Chores((what, error) => this.#failed(what, error));
  readonly #startedAt: number;
  #port: number;
  #draining = false;
  #stopping: Promise<void> | undefined;
  #markClosed: () => void = () => {};

  /** @throws TokenFileError */
  constructor(config: Config, options: DaemonOptions = {}) {
    if (!config.auth && !isLoopback(config.host)) {
      throw new Error(`--no-auth is for loopback only; others can reach ${config.host}`);
    }
    this.host = config.host;
    this.#port = config.port;
    this.#config = config;
    this.#now = options.now ?? Date.now;
    this.#uptime = options.uptime ?? (() => performance.now());
    this.#logger = options.logger ?? makeLogger(config.logLevel);
    this.#self = options.self ?? 'hookline';
    this.#startedAt = this.#now();
    this.closed = new Promise(resolve => {
      this.#markClosed = resolve;
    });
    this.#presence = new Presence(config.home, this.#startedAt);
    this.#keyring = new Keyring(loadTokens(config.home));
    const shared = { now: this.#now, uptime: this.#uptime, logger: this.#logger };
    this.#core = new Core(config, {
      ...shared,
      ownTokens: () => Object.values(this.#keyring.tokens),
      onEpochLost: () => this.#epochLost(),
      ...(options.openStore ? { openStore: options.openStore } : {}),
      ...(options.answerHook ? { answerHook: options.answerHook } : {}),
    });
    const { services, pump } = this.#core;
    this.#clients = new Clients({
      services,
      pump,
      limits: config.limits,
      logger: this.#logger,
      now: this.#uptime,
    });
    this.#server = this.#makeServer();
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return urlOf(this.host, this.port);
  }

  get epoch(): string {
    return this.#core.log.epoch;
  }

  /** @throws PortInUseError */
  async start(): Promise<void> {
    const { limits, port } = this.#config;
    try {
      this.#port = await listen(this.#server, this.host, port);
    } catch (error) {
      this.#core.close();
      throw error;
    }
    await this.#leaveWord();
    this.#chores.every(UNSTALL_MS, 'hooks: telling them that all is well', () =>
      this.#presence.tellHooksItIsWell(),
    );
    this.#chores.every(CHECK_MS, 'store: looking after its files', () => this.#core.check());
    this.#chores.every(PRUNE_MS, 'store: deleting old events', () => this.#core.prune());
    this.#chores.every(tickMs(limits), 'clients: looking after them', () =>
      this.#clients.tick(this.#uptime()),
    );
    this.#chores.every(RECOVER_MS, 'spool: taking in what hooks kept', () => this.#core.catchUp.drainSpool());
    this.#chores.every(RECOVER_MS, 'transcripts: reading them', () => this.#core.catchUp.readTranscripts());
    this.#chores.every(LIVENESS_MS, 'liveness: looking which sessions live', () =>
      this.#core.catchUp.lookAround(),
    );
    this.#chores.every(TOUCH_MS, 'last-run: leaving word that the daemon runs', () =>
      this.#core.catchUp.touch(),
    );
    await this.#core.tell('system.started', { version: VERSION, epoch: this.epoch });
    this.#core.catchUp.drainSpool();
    // Last: whoever finds it finds everything else in place.
    this.#tellClients();
  }

  /** Says goodbye to every client, commits what waits, and removes what only a running daemon leaves behind. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#draining = true;
    this.#chores.stop();
    await this.#presence
      .withdraw()
      .catch(error => this.#failed('files: taking back where the daemon is', error));
    this.#clients.drain();
    await shut(this.#server, GOODBYE_MS);
    try {
      this.#core.close();
    } finally {
      this.#markClosed();
    }
  }

  #makeServer(): Server {
    const { allowedHosts, allowedOrigins, auth, limits } = this.#config;
    const keyring = this.#keyring;
    const self = this.#self;
    const bound = () => ({ host: this.host, port: this.port });
    const room = new Room();
    const gate = new Gate({ keyring, auth, self, allowedHosts, allowedOrigins, now: this.#now, bound });
    const hook = makeHookRoute({
      gate,
      body: { most: limits.hookBodyBytes, room },
      ingest: body => this.#ingest(body),
      clean: this.#core.services.clean,
      failed: error => this.#failed('POST /hook', error),
    });
    const app = makeApp({
      hook,
      room,
      gate,
      limits,
      keyring,
      tickets: this.#tickets,
      services: this.#core.services,
      self,
      assets: loadAssets(self),
      asyncapi: asyncApiText(),
      now: this.#now,
      uptime: this.#uptime,
      port: () => this.port,
      health: () => this.#health(),
      metrics: () => metricsText(coreMetrics(this.#core, this.#clients.size)),
      rotate: () => this.#rotate(),
      retention: { days: this.#config.retentionDays, bytes: this.#config.retentionBytes },
      compact: () => compactLog(this.#core.log),
      openStream: (response, request) => this.#clients.openStream(response, request),
      failed: (where, error) => this.#failed(where, error),
    });
    return makeWebServer({
      app,
      hook,
      gate,
      limits,
      checkRoom: () => this.#clients.checkRoom(),
      accept: (ws, socket) => this.#clients.accept(ws, socket),
    });
  }

  async #ingest(body: unknown): Promise<HookAnswer> {
    if (this.#draining) throw new HttpError('draining', 'the daemon is stopping; it takes no more events');
    try {
      return await this.#core.ingest(body);
    } catch (error) {
      if (error instanceof InvalidPayloadError)
        throw new HttpError('invalid_payload', error.message, { cause: error });
      throw error;
    }
  }

  // Who is connected holds positions of an epoch that ended: they come back, and are told so when they resume.
  #epochLost(): void {
    // Nobody can have come before, and whoever looks for the daemon must not find half of one.
    if (!this.#server.listening) return;
    this.#tellClients();
    this.#clients.closeAll(1001, 'the event store failed; come back and take a fresh snapshot');
  }

  #rotate(): void {
    this.#keyring.replace(rotateTokens(this.#config.home));
    this.#tickets.clear();
    this.#tellHooks().catch(error => this.#failed('hooks: telling them the new token', error));
    this.#clients.closeAll(4401, 'the token was replaced');
  }

  // On a disk that is full or read-only the daemon serves whoever knows its address all the same.
  async #leaveWord(): Promise<void> {
    try {
      await this.#presence.tellHooksItIsWell();
      await this.#tellHooks();
    } catch (error) {
      this.#failed(
        'hooks: they cannot be told where the daemon is, and keep what they have until it is restarted',
        error,
      );
    }
  }

  #tellClients(): void {
    try {
      this.#presence.tellClients(this, this.epoch);
    } catch (error) {
      this.#failed(
        'daemon.json: it cannot be written, so no command finds this daemon until it is restarted',
        error,
      );
    }
  }

  #tellHooks(): Promise<void> {
    return this.#presence.tellHooks(this, this.#keyring.tokens.hook);
  }

  #health(): object {
    const { log, services } = this.#core;
    return {
      status: this.#core.degraded ? 'degraded' : 'ok',
      version: VERSION,
      uptimeSec: Math.floor((this.#now() - this.#startedAt) / 1000),
      epoch: log.epoch,
      seq: log.head,
      sessions: services.sessionCount,
      connections: this.#clients.size,
    };
  }

  #failed(where: string, error: unknown): void {
    this.#logger.error(`${where}: ${inWords(error, this.#config.home)}`);
  }
}

/**
 * Starts a daemon.
 *
 * @throws PortInUseError, TokenFileError, StoreBusyError, NewerSchemaError
 */
export async function startDaemon(config: Config, options: DaemonOptions = {}): Promise<Daemon> {
  const daemon = new Daemon(config, options);
  await daemon.start();
  return daemon;
}
