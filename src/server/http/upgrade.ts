// The way to a WebSocket: every check is made, and answered in plain HTTP, before ws sees the request.
import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Limits, SUBPROTOCOL } from '../../protocol/index.ts';
import { type Gate, offeredProtocols, rawValues } from './gate.ts';
import { HttpError } from './http-error.ts';
import { refuse } from './refuse.ts';

export interface UpgradeOptions {
  readonly gate: Gate;
  readonly limits: Limits;
  /** Throws the HttpError that says why nobody else can come in. */
  readonly checkRoom: () => void;
  readonly accept: (ws: WebSocket, socket: Socket) => void;
}

const PATHS: readonly string[] = ['/ws', '/'];
/** How long a closing handshake may take, in milliseconds; a slow reader has this long to see why it was closed. */
const CLOSE_MS = 10_000;

export function handleUpgrades(server: Server, options: UpgradeOptions): void {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: options.limits.clientFrameBytes,
    // Flooding with tiny fragments or chunks costs memory that maxPayload does not see.
    maxFragments: 16,
    maxBufferedChunks: 1024,
    closeTimeout: CLOSE_MS,
    handleProtocols: offered => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  } as ConstructorParameters<typeof WebSocketServer>[0]);

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // First of all: a reset at any moment from here on would otherwise end the process.
    socket.on('error', () => socket.destroy());
    try {
      check(request, options);
    } catch (error) {
      return refuse(
        socket,
        error instanceof HttpError
          ? error
          : new HttpError('internal', 'the upgrade failed', { cause: error }),
      );
    }
    sockets.handleUpgrade(request, socket, head, ws => {
      if (socket instanceof Socket) options.accept(ws, socket);
      else ws.terminate();
    });
  });
}

function check(request: IncomingMessage, { gate, checkRoom }: UpgradeOptions): void {
  gate.checkRoute(request);
  gate.authorize(request, 'read', { query: true, subprotocol: true, cookie: true });
  if (!PATHS.includes(request.url?.split('?')[0] ?? '')) {
    throw new HttpError('not_found', 'there is no WebSocket here; it is at /ws');
  }
  const upgrade = rawValues(request, 'upgrade').join(',').toLowerCase();
  if (upgrade !== 'websocket' || request.method !== 'GET') {
    throw new HttpError('bad_request', 'the only upgrade offered is GET with "Upgrade: websocket"');
  }
  // A browser that offered subprotocols and is given none drops the connection without a reason; say it here.
  const offered = offeredProtocols(request);
  if (offered.length > 0 && !offered.includes(SUBPROTOCOL)) {
    throw new HttpError(
      'bad_request',
      `none of the subprotocols offered is known; offer ${SUBPROTOCOL} or none`,
    );
  }
  checkRoom();
}
