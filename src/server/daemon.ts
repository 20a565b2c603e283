// The daemon: the heart, its doors, its files, and an orderly way to start and stop them.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { WebSocket } from 'ws';
import { asyncApiText } from '../asyncapi/index.ts';
import { Keyring, loadTokens, rotateTokens, Tickets } from '../auth/index.ts';
import { type Config, isLoopback } from '../config/index.ts';
import { InvalidPayloadError } from '../ingest/index.ts';
import { clearStalled, removeEndpoint, writeEndpoint } from '../install/index.ts';
import type { CloseCode } from '../protocol/index.ts';
import { VERSION } from '../version.ts';
import { makeApp } from './app.ts';
import { loadAssets } from './assets.ts';
import { Connection } from './connection.ts';
import { Core } from './core.ts';
import { removeDaemonFile, urlOf, writeDaemonFile } from './daemon-file.ts';
import { Gate } from './gate.ts';
import { HttpError } from './http-error.ts';
import { type Logger, makeLogger } from './logger.ts';
import { metricsText } from './metrics.ts';
import { orInvalid } from './query.ts';
import { SseConnection } from './sse.ts';
import { handleUpgrades } from './upgrade.ts';

/** The port is taken, by another hookline or by something else. */
export class PortInUseError extends Error {
  readonly code = 'port_in_use';
  override readonly name = 'PortInUseError';
  readonly host: string;
  readonly port: number;

  constructor(host: string, port: number, options?: ErrorOptions) {
    super(
      `port ${port} on ${host} is in use; stop what listens there, or choose another one with --port`,
      options,
    );
    this.host = host;
    this.port = port;
  }
}

export interface DaemonOptions {
  readonly logger?: Logger;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** How often connections are looked after, in milliseconds; no limit is kept more exactly than this. */
const TICK_MS = 500;
/** How often the mark of a hung daemon is taken away, in milliseconds. */
const UNSTALL_MS = 3000;
/** How long a stop waits for clients to say goodbye, in milliseconds. */
const GOODBYE_MS = 1000;

export class Daemon {
  /** Resolves when the daemon has stopped. */
  readonly closed: Promise<void>;
  readonly #config: Config;
  readonly #now: () => number;
  readonly #logger: Logger;
  readonly #core: Core;
  readonly #keyring: Keyring;
  readonly #tickets = new Tickets();
  readonly #server: Server;
  readonly #clients = new Set<Connection | SseConnection>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #startedAt: number;
  #address = { host: '', port: 0 };
  #draining = false;
  #stopping: Promise<void> | undefined;
  #markClosed: () => void = () => {};

  constructor(config: Config, options: DaemonOptions = {}) {
    this.#config = config;
    this.#now = options.now ?? Date.now;
    this.#logger = options.logger ?? makeLogger(config.logLevel);
    this.#startedAt = this.#now();
    this.closed = new Promise(resolve => {
      this.#markClosed = resolve;
    });
    if (!config.auth && !isLoopback(config.host)) {
      throw new Error(`--no-auth is for loopback only; ${config.host} is reachable by others`);
    }
    this.#keyring = new Keyring(loadTokens(config.home));
    this.#core = new Core(config, { version: VERSION, now: this.#now, logger: this.#logger });
    this.#server = this.#makeServer();
  }

  get host(): string {
    return this.#address.host;
  }

  get port(): number {
    return this.#address.port;
  }

  get url(): string {
    return urlOf(this.host, this.port);
  }

  get epoch(): string {
    return this.#core.log.epoch;
  }

  /** @throws PortInUseError */
  async start(): Promise<void> {
    await this.#listen();
    const { home } = this.#config;
    writeDaemonFile(home, {
      ...this.#address,
      pid: process.pid,
      url: this.url,
      epoch: this.epoch,
      version: VERSION,
      startedAt: this.#startedAt,
    });
    await clearStalled(home);
    await this.#writeEndpoint();
    this.#every(TICK_MS, () => {
      for (const client of this.#clients) client.tick(this.#now());
    });
    this.#every(UNSTALL_MS, () => {
      clearStalled(home).catch(error => this.#failed('hooks: clearing the stalled mark', error));
    });
    await this.#core.tell('system.started', { version: VERSION, epoch: this.epoch });
  }

  /** Says goodbye to every client, commits what waits, and removes what only a running daemon leaves behind. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#draining = true;
    const { home } = this.#config;
    await removeEndpoint(home).catch(error => this.#failed('hooks: removing the endpoint', error));
    removeDaemonFile(home);
    for (const timer of this.#timers) clearInterval(timer);
    const gone = new Promise(resolve => this.#server.close(resolve));
    this.#disconnect(1001, 'the daemon stops; come back and resume');
    this.#server.closeIdleConnections();
    const impatience = setTimeout(() => this.#server.closeAllConnections(), GOODBYE_MS);
    await Promise.race([gone, new Promise(resolve => setTimeout(resolve, 2 * GOODBYE_MS).unref())]);
    clearTimeout(impatience);
    this.#core.close();
    this.#markClosed();
  }

  #listen(): Promise<void> {
    const { host, port } = this.#config;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        reject(error.code === 'EADDRINUSE' ? new PortInUseError(host, port, { cause: error }) : error);
      });
      this.#server.listen(port, host, () => {
        this.#address = { host, port: (this.#server.address() as AddressInfo).port };
        resolve();
      });
    });
  }

  #makeServer(): Server {
    const { allowedHosts, allowedOrigins, auth, limits } = this.#config;
    const gate = new Gate({
      keyring: this.#keyring,
      auth,
      allowedHosts,
      allowedOrigins,
      now: this.#now,
      bound: () => this.#address,
    });
    const app = makeApp({
      gate,
      limits,
      keyring: this.#keyring,
      tickets: this.#tickets,
      services: this.#core.services,
      assets: loadAssets(),
      asyncapi: asyncApiText(),
      now: this.#now,
      port: () => this.port,
      ingest: body => this.#ingest(body),
      health: () => this.#health(),
      metrics: () => this.#metrics(),
      rotate: () => this.#rotate(),
      openStream: (response, query) => this.#openStream(response, query),
      failed: (where, error) => this.#failed(where, error),
    });
    const respond = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    // The gate answers for a missing Host too, so Node must not do it first.
    const server = createServer({ requireHostHeader: false }, (request, response) => {
      try {
        gate.checkRoute(request);
      } catch (error) {
        return refuse(response, error as HttpError);
      }
      void respond(request, response);
    });
    handleUpgrades(server, {
      gate,
      limits,
      connections: () => this.#clients.size,
      draining: () => this.#draining,
      accept: (ws, socket) => this.#accept(ws, socket),
    });
    return server;
  }

  async #ingest(body: unknown): Promise<void> {
    if (this.#draining) throw new HttpError('draining', 'the daemon is stopping; it takes no more events');
    try {
      await this.#core.ingest(body);
    } catch (error) {
      if (error instanceof InvalidPayloadError)
        throw new HttpError('invalid_payload', error.message, { cause: error });
      throw error;
    }
  }

  #accept(ws: WebSocket, socket: Socket): void {
    const { limits } = this.#config;
    const { services, pump } = this.#core;
    const connection = new Connection(ws, socket, {
      services,
      pump,
      limits,
      logger: this.#logger,
      now: this.#now,
    });
    this.#clients.add(connection);
    ws.on('close', () => this.#drop(connection));
  }

  #openStream(
    response: ServerResponse,
    query: { topics: readonly string[]; sessions?: ReadonlySet<string>; lastEventId?: string },
  ): void {
    const { limits } = this.#config;
    if (this.#draining) throw new HttpError('draining', 'the daemon is stopping; reconnect in a moment');
    if (this.#clients.size >= limits.connections) {
      throw new HttpError(
        'too_many_connections',
        `${limits.connections} clients are connected, no more are allowed; raise limits.connections`,
      );
    }
    const { services, pump } = this.#core;
    const { topics, sessions, lastEventId } = query;
    const connection = orInvalid(
      () =>
        new SseConnection(response, {
          services,
          pump,
          limits,
          now: this.#now,
          topics,
          sessions,
          lastEventId,
        }),
    );
    this.#clients.add(connection);
    response.on('close', () => this.#drop(connection));
  }

  #drop(client: Connection | SseConnection): void {
    client.dispose();
    this.#clients.delete(client);
  }

  #disconnect(code: CloseCode, reason: string): void {
    for (const client of this.#clients) client.close(code, reason);
  }

  #rotate(): void {
    this.#keyring.replace(rotateTokens(this.#config.home));
    this.#tickets.clear();
    this.#writeEndpoint().catch(error => this.#failed('hooks: writing the endpoint', error));
    this.#disconnect(4401, 'the token was replaced');
  }

  #writeEndpoint(): Promise<void> {
    return writeEndpoint(this.#config.home, {
      pid: process.pid,
      url: this.url,
      hookToken: this.#keyring.tokens.hook,
    });
  }

  #health(): object {
    return {
      status: 'ok',
      version: VERSION,
      uptimeSec: Math.floor((this.#now() - this.#startedAt) / 1000),
      epoch: this.epoch,
      seq: this.#core.log.head,
      sessions: this.#core.services.sessionCount,
      connections: this.#clients.size,
    };
  }

  #metrics(): string {
    const { counters, log, services } = this.#core;
    return metricsText([
      {
        name: 'hookline_hooks_total',
        type: 'counter',
        help: 'Hook payloads accepted.',
        value: counters.hooks,
      },
      {
        name: 'hookline_events_total',
        type: 'counter',
        help: 'Events appended to the log.',
        value: counters.events,
      },
      { name: 'hookline_log_head_seq', type: 'gauge', help: 'Seq of the newest event.', value: log.head },
      {
        name: 'hookline_log_oldest_seq',
        type: 'gauge',
        help: 'Seq of the oldest event held.',
        value: log.oldest,
      },
      { name: 'hookline_sessions', type: 'gauge', help: 'Sessions that live.', value: services.sessionCount },
      {
        name: 'hookline_connections',
        type: 'gauge',
        help: 'Stream clients connected.',
        value: this.#clients.size,
      },
      {
        name: 'process_resident_memory_bytes',
        type: 'gauge',
        help: 'Resident memory.',
        value: process.memoryUsage.rss(),
      },
    ]);
  }

  #every(ms: number, task: () => void): void {
    this.#timers.push(setInterval(task, ms).unref());
  }

  #failed(where: string, error: unknown): void {
    this.#logger.error(
      `${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}

function refuse(response: ServerResponse, error: HttpError): void {
  response.writeHead(error.status, { ...error.headers, connection: 'close' }).end(error.body);
}

/**
 * Starts a daemon.
 *
 * @throws PortInUseError, TokenFileError
 */
export async function startDaemon(config: Config, options: DaemonOptions = {}): Promise<Daemon> {
  const daemon = new Daemon(config, options);
  await daemon.start();
  return daemon;
}
