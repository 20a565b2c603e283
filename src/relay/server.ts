// The server of a relay: every request and upgrade passes the gate of the daemon, with the keys of the relay.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Limits } from '../protocol/index.ts';
import { Gate, HttpError, handleUpgrades, refuseUnreadable } from '../server/guard.ts';
import { PushClients } from './clients.ts';
import type { Keys } from './keys.ts';
import { RelayRefusal } from './refusal.ts';
import { answer, json, type Reply, type RouteOptions } from './routes.ts';

export interface RelayServerOptions extends Omit<RouteOptions, 'gate' | 'push'> {
  readonly host: string;
  /** Tried one after the other; 0 is one that is free. */
  readonly ports: readonly number[];
  readonly keys: Keys;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly limits: Limits;
  /** The words that run this hookline in a terminal. */
  readonly self: string;
  /** Told what no request is to blame for. */
  readonly failed: (where: string, error: unknown) => void;
}

/** How often it is looked who is gone, and whether the token was replaced, in milliseconds. */
const LOOK_MS = 250;
/** How long an end waits for clients to say goodbye, in milliseconds. */
const GOODBYE_MS = 500;
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export class RelayServer {
  readonly #options: RelayServerOptions;
  readonly #gate: Gate;
  readonly #clients: PushClients;
  readonly #server: Server;
  #port = 0;
  #chores: NodeJS.Timeout | undefined;

  constructor(options: RelayServerOptions) {
    const { host, keys, allowedHosts, allowedOrigins, limits, self } = options;
    const { keyring, auth } = keys;
    const bound = () => ({ host, port: this.#port });
    this.#options = options;
    this.#gate = new Gate({ keyring, auth, self, allowedHosts, allowedOrigins, now: Date.now, bound });
    this.#clients = new PushClients(limits);
    // The gate answers for a missing Host too, so Node must not do it first.
    this.#server = createServer({ requireHostHeader: false }, (request, response) => {
      void this.#serve(request, response);
    });
    this.#server.on('clientError', refuseUnreadable);
    this.#server.prependListener('upgrade', () => keys.look());
    handleUpgrades(this.#server, {
      gate: this.#gate,
      checkRoom: () => this.#checkRoom(),
      endpoints: [
        {
          paths: ['/ws', '/'],
          frameBytes: limits.clientFrameBytes,
          enter: () => (ws, socket, access) => this.#clients.accept(ws, socket, access),
        },
      ],
    });
  }

  /** The port it has, once it listens. */
  get port(): number {
    return this.#port;
  }

  /** @throws the error of `listen`: EADDRINUSE when all of the ports are taken */
  async start(): Promise<void> {
    const { host, ports, keys } = this.#options;
    for (const [index, port] of ports.entries()) {
      try {
        this.#port = await listenOn(this.#server, host, port);
        break;
      } catch (error) {
        const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        if (!isTaken || index === ports.length - 1) throw error;
      }
    }
    this.#chores = setInterval(() => {
      keys.look();
      this.#clients.tick(performance.now());
    }, LOOK_MS);
  }

  /** Sends a text to every client. */
  push(text: string): void {
    this.#clients.push(text);
  }

  /** Takes no more requests; those under way, and clients that are slow to go, have a moment. */
  async stop(): Promise<void> {
    clearInterval(this.#chores);
    const gone = new Promise<void>(resolve => this.#server.close(() => resolve()));
    this.#clients.closeAll();
    this.#server.closeIdleConnections();
    const enough = new Promise<void>(resolve => setTimeout(resolve, GOODBYE_MS).unref());
    await Promise.race([gone, enough]);
    this.#server.closeAllConnections();
  }

  /** @throws HttpError too_many_connections */
  #checkRoom(): void {
    const { connections } = this.#options.limits;
    if (this.#clients.size < connections) return;
    throw new HttpError('too_many_connections', `${connections} clients are connected and no more may be`);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers, body } = await this.#reply(request);
    // What was not read of a body would pass for the next request.
    const end = request.complete ? {} : { connection: 'close' };
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    response.writeHead(status, { ...HEADERS, ...headers, ...length, ...end }).end(body);
  }

  async #reply(request: IncomingMessage): Promise<Reply> {
    const { keys, failed } = this.#options;
    try {
      this.#gate.checkRoute(request);
      keys.look();
      return await answer(request, {
        ...this.#options,
        gate: this.#gate,
        push: text => this.push(text),
      });
    } catch (error) {
      if (error instanceof RelayRefusal)
        return withHeaders(json(error.status, { error: error.message }), error.headers);
      if (error instanceof HttpError)
        return withHeaders(json(error.status, { error: this.#words(error) }), error.headers);
      failed(`${request.method} ${request.url?.split('?')[0]}`, error);
      return json(500, { error: 'the relay failed to answer; what it says on stderr tells why' });
    }
  }

  /** The gate speaks of the daemon's token, which need not be that of the relay. */
  #words({ code, message }: HttpError): string {
    if (code !== 'unauthorized') return message;
    return `the token of this relay is needed: send "Authorization: Bearer <token>", or ?token=; it is what BRIDGE_TOKEN says, else what \`${this.#options.self} token\` prints`;
  }
}

const withHeaders = (reply: Reply, headers: Readonly<Record<string, string>>): Reply => ({
  ...reply,
  headers: { ...headers, ...reply.headers },
});

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
