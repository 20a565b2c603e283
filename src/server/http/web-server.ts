// The listening server: every request and upgrade goes through the gate before anything else sees it.
import { createServer, type Server, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import type { AppEnv } from './app-env.ts';
import { shareWith } from './cross-origin.ts';
import { type HookRoute, isForHook } from './hook-route.ts';
import type { HttpError } from './http-error.ts';
import { refuseUnreadable } from './refuse.ts';
import { handleUpgrades, type UpgradeOptions } from './upgrade.ts';

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

export interface WebServerOptions extends UpgradeOptions {
  readonly app: Hono<AppEnv>;
  readonly hook: HookRoute;
}

export function makeWebServer({ app, hook, ...upgrades }: WebServerOptions): Server {
  const { gate } = upgrades;
  const respond = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  // The gate answers for a missing Host too, so Node must not do it first.
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    try {
      gate.checkRoute(request);
    } catch (error) {
      return refuse(response, error as HttpError);
    }
    const origin = gate.allowedOrigin(request);
    if (origin !== undefined && shareWith(origin, request, response) === 'answered') return;
    void (isForHook(request) ? hook : respond)(request, response);
  });
  server.on('clientError', refuseUnreadable);
  handleUpgrades(server, upgrades);
  return server;
}

/**
 * Listens; resolves with the port, which `0` leaves to the system.
 *
 * @throws PortInUseError
 */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(host, port, { cause: error }) : error);
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** Takes no more connections, waits for the open ones for `patienceMs`, then ends them. */
export async function shut(server: Server, patienceMs: number): Promise<void> {
  const gone = new Promise<void>(resolve => server.close(() => resolve()));
  server.closeIdleConnections();
  const impatience = setTimeout(() => server.closeAllConnections(), patienceMs);
  // Upgraded sockets are not the server's to close; ws ends them in its own time.
  const enough = new Promise<void>(resolve => setTimeout(resolve, 2 * patienceMs).unref());
  await Promise.race([gone, enough]);
  clearTimeout(impatience);
}

function refuse(response: ServerResponse, error: HttpError): void {
  response.writeHead(error.status, { ...error.headers, connection: 'close' }).end(error.body);
}
