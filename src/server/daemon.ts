// The daemon: a list of services, started in order and stopped in reverse, and what they share.
import type { Server } from 'node:http';
import { asyncApiText } from '../asyncapi/index.ts';
import { Keyring, loadTokens, rotateTokens, Tickets } from '../auth/index.ts';
import { type Config, isLoopback, urlOf } from '../config/index.ts';
import { Engine, type HookAnswers } from '../engine/index.ts';
import { Consumer } from '../fanout/index.ts';
import { Inbox, SessionNames } from '../inbox/index.ts';
import type { LogReader, Opened, Range, Scan } from '../log/index.ts';
import { compactLog } from '../log/index.ts';
import { type Logger, makeLogger } from '../logger.ts';
import type { Service } from '../service.ts';
import { inWords } from '../system-error.ts';
import { VERSION } from '../version.ts';
import { makeApp } from './http/app.ts';
import { loadAssets } from './http/assets.ts';
import { Gate } from './http/gate.ts';
import { makeHookRoute } from './http/hook-route.ts';
import { engineMetrics, metricsText } from './http/metrics/metrics.ts';
import { Room } from './http/room.ts';
import { listen, makeWebServer, shut } from './http/web-server.ts';
import { RuntimeFiles } from './runtime-files.ts';
import { Services } from './services.ts';
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
  readonly #engine: Engine;
  readonly #inbox: Inbox;
  readonly #clients: Clients;
  readonly #server: Server;
  readonly #files: RuntimeFiles;
  readonly #services: Services;
  readonly #startedAt: number;
  #port: number;
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
    this.#keyring = new Keyring(loadTokens(config.home));
    this.#engine = new Engine(config, {
      now: this.#now,
      uptime: this.#uptime,
      logger: this.#logger,
      ownTokens: () => Object.values(this.#keyring.tokens),
      onEpochLost: () => this.#epochLost(),
      ...(options.openStore ? { openStore: options.openStore } : {}),
      ...(options.answerHook ? { answerHook: options.answerHook } : {}),
    });
    const { queries, pump, log } = this.#engine;
    this.#inbox = new Inbox({
      shelf: log.messages,
      commit: (events, messages) => this.#engine.submitMessages(events, messages),
      addresses: new SessionNames(() => queries.living()),
      now: this.#now,
      whyNotDurable: () => this.#engine.health(),
      mostQueued: config.inboxMessages,
      paths: this.#engine.deliveryPaths,
      reply: (to, id) => `${this.#self} send --to ${to} --in-reply-to ${id}`,
      uptime: this.#uptime,
      failed: (what, error) => this.#failed(what, error),
    });
    this.#clients = new Clients({
      queries,
      pump,
      limits: config.limits,
      logger: this.#logger,
      now: this.#uptime,
    });
    this.#server = this.#makeServer();
    this.#files = new RuntimeFiles({
      home: config.home,
      startedAt: this.#startedAt,
      address: () => ({ host: this.host, port: this.port }),
      hookToken: () => this.#keyring.tokens.hook,
      epoch: () => this.epoch,
      failed: (where, error) => this.#failed(where, error),
    });
    this.#services = new Services(this.#inOrder(), (what, error) => this.#failed(what, error));
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return urlOf(this.host, this.port);
  }

  get epoch(): string {
    return this.#engine.log.epoch;
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
    return [
      this.#engine,
      {
        name: 'web server',
        start: async () => {
          this.#port = await listen(this.#server, this.host, this.#config.port);
        },
        stop: () => shut(this.#server, GOODBYE_MS),
      },
      this.#clients,
      this.#files.forHooks,
      {
        name: 'the first event',
        start: () => this.#engine.tell('system.started', { version: VERSION, epoch: this.epoch }),
      },
      ...this.#engine.services,
      this.#inbox,
      this.#proofs(),
      this.#files.forClients,
    ];
  }

  /** Tells the inbox what sessions were really given, and what they were given while the last daemon was not there any more to see it. */
  #proofs(): Consumer {
    const { log, pump } = this.#engine;
    const since = this.#inbox.givenSince;
    return new Consumer({
      name: 'proofs of arrival',
      log,
      pump,
      topics: ['prompt.submitted'],
      ...(since === undefined ? {} : { from: { epoch: log.epoch, seq: seqBefore(log, since) } }),
      deliver: async deliveries => {
        for (const { record } of deliveries) {
          const { prompt } = JSON.parse(record.data) as { prompt?: unknown };
          if (typeof prompt === 'string') await this.#inbox.prompted(record.sessionId, prompt);
        }
      },
    });
  }

  #makeServer(): Server {
    const { allowedHosts, allowedOrigins, auth, limits } = this.#config;
    const keyring = this.#keyring;
    const self = this.#self;
    const { queries } = this.#engine;
    const bound = () => ({ host: this.host, port: this.port });
    const room = new Room();
    const gate = new Gate({ keyring, auth, self, allowedHosts, allowedOrigins, now: this.#now, bound });
    const hook = makeHookRoute({
      gate,
      body: { most: limits.hookBodyBytes, room, mend: 'send less, or raise limits.hookBodyBytes' },
      ingest: body => this.#engine.ingest(body),
      isDraining: () => this.#stopping !== undefined,
      sanitize: queries.sanitize,
      failed: error => this.#failed('POST /hook', error),
    });
    const app = makeApp({
      hook,
      room,
      gate,
      keyring,
      tickets: this.#tickets,
      queries,
      inbox: this.#inbox,
      self,
      assets: loadAssets(self),
      asyncapi: asyncApiText(),
      now: this.#now,
      uptime: this.#uptime,
      port: () => this.port,
      health: () => this.#health(),
      metrics: () => metricsText(engineMetrics(this.#engine, this.#clients.size)),
      rotate: () => this.#rotate(),
      retention: { days: this.#config.retentionDays, bytes: this.#config.retentionBytes },
      compact: () => compactLog(this.#engine.log),
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

  // Who is connected holds positions of an epoch that ended: they come back, and are told so when they resume.
  #epochLost(): void {
    // Nobody can have come before, and whoever looks for the daemon must not find half of one.
    if (!this.#server.listening) return;
    this.#files.tellClients();
    this.#clients.closeAll(1001, 'the event store failed; come back and take a fresh snapshot');
  }

  #rotate(): void {
    this.#keyring.replace(rotateTokens(this.#config.home));
    this.#tickets.clear();
    this.#files.tellHooks().catch(error => this.#failed('hooks: telling them the new token', error));
    this.#clients.closeAll(4401, 'the token was replaced');
  }

  #health(): object {
    const { log, queries } = this.#engine;
    return {
      status: this.#services.health() === undefined ? 'ok' : 'degraded',
      version: VERSION,
      uptimeSec: Math.floor((this.#now() - this.#startedAt) / 1000),
      epoch: log.epoch,
      seq: log.head,
      sessions: queries.sessionCount,
      connections: this.#clients.size,
    };
  }

  #failed(where: string, error: unknown): void {
    this.#logger.error(`${where}: ${inWords(error, this.#config.home)}`);
  }
}

/** The seq before the first event that is not older than a time in milliseconds since 1970. */
function seqBefore(log: LogReader, since: number): number {
  let range: Range | undefined = { after: log.oldest - 1, before: log.head + 1, from: 'oldest' };
  while (range !== undefined) {
    const { records, rest }: Scan = log.scan(range, { since }, { look: 50_000, take: 1, bytes: 1 });
    if (records[0] !== undefined) return records[0].seq - 1;
    range = rest;
  }
  return log.head;
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
