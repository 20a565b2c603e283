// The way to a WebSocket: every check is made, and answered in plain HTTP, before ws sees the request.
import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Access } from '../../auth/index.ts';
import { SUBPROTOCOL } from '../../protocol/index.ts';
import { type Gate, offeredProtocols, rawValues } from './gate.ts';
import { HttpError, WEBSOCKET_VERSION } from './http-error.ts';
import { refuse } from './refuse.ts';

/** What takes a WebSocket that was let in. */
export type Accept = (ws: WebSocket, socket: Socket, access: Access) => void;

/** What speaks WebSocket at some paths. */
export interface Endpoint {
  readonly paths: readonly string[];
  /** Largest frame of a client, in bytes. */
  readonly frameBytes: number;
  /** Where a request leads; throws the HttpError that says why nowhere. */
  readonly enter: (query: URLSearchParams) => Accept;
}

export interface UpgradeOptions {
  readonly gate: Gate;
  /** Throws the HttpError that says why nobody else can come in. */
  readonly checkRoom: () => void;
  readonly endpoints: readonly Endpoint[];
}

/** How long a closing handshake may take, in milliseconds; a slow reader has this long to see why it was closed. */
const CLOSE_MS = 10_000;

export function handleUpgrades(server: Server, options: UpgradeOptions): void {
  const servers = new Map(options.endpoints.map(endpoint => [endpoint, socketsOf(endpoint)]));

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // First of all: a reset at any moment from here on would otherwise end the process.
    socket.on('error', () => socket.destroy());
    let entry: Entry;
    try {
      entry = check(request, options);
    } catch (error) {
      return refuse(
        socket,
        error instanceof HttpError
          ? error
          : new HttpError('internal', 'the upgrade failed', { cause: error }),
      );
    }
    const { endpoint, access, accept } = entry;
    servers.get(endpoint)?.handleUpgrade(request, socket, head, ws => {
      if (socket instanceof Socket) accept(ws, socket, access);
      else ws.terminate();
    });
  });
}

function socketsOf({ frameBytes }: Endpoint): WebSocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: frameBytes,
    // Flooding with tiny fragments or chunks costs memory that maxPayload does not see.
    maxFragments: 16,
    maxBufferedChunks: 1024,
    closeTimeout: CLOSE_MS,
    handleProtocols: offered => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  } as ConstructorParameters<typeof WebSocketServer>[0]);
  // What is left for ws to find wrong with a handshake: the key, the spelling of the subprotocols.
  sockets.on('wsClientError', (error, socket) =>
    refuse(socket, new HttpError('bad_request', `the WebSocket handshake is wrong: ${error.message}`)),
  );
  return sockets;
}

interface Entry {
  readonly endpoint: Endpoint;
  readonly access: Access;
  readonly accept: Accept;
}

/** @throws HttpError */
function check(request: IncomingMessage, { gate, checkRoom, endpoints }: UpgradeOptions): Entry {
  gate.checkRoute(request);
  const access = gate.authorize(request, 'read', { query: true, subprotocol: true, cookie: true });
  const [path = '', query = ''] = request.url?.split('?') ?? [];
  const endpoint = endpoints.find(({ paths }) => paths.includes(path));
  if (endpoint === undefined) {
    throw new HttpError('not_found', 'there is no WebSocket here; it is at /ws');
  }
  checkHandshake(request);
  // A browser that offered subprotocols and is given none drops the connection without a reason; say it here.
  const offered = offeredProtocols(request);
  if (offered.length > 0 && !offered.includes(SUBPROTOCOL)) {
    throw new HttpError(
      'bad_request',
      `none of the subprotocols offered is known; offer ${SUBPROTOCOL} or none`,
    );
  }
  const accept = endpoint.enter(new URLSearchParams(query));
  checkRoom();
  return { endpoint, access, accept };
}

/** The opening handshake as RFC 6455 (section 4.2) wants it, where ws is more generous. */
function checkHandshake(request: IncomingMessage): void {
  if (request.method !== 'GET')
    throw new HttpError('method_not_allowed', 'a WebSocket is asked for with GET', { allow: 'GET' });
  if (request.httpVersion !== '1.1') throw new HttpError('bad_request', 'a WebSocket needs HTTP/1.1');
  if (rawValues(request, 'upgrade').join(',').toLowerCase() !== 'websocket')
    throw new HttpError('bad_request', 'the only upgrade offered is "Upgrade: websocket"');
  // Nobody reads a body here: its bytes would pass for the first frames.
  const lengths = rawValues(request, 'content-length');
  if (rawValues(request, 'transfer-encoding').length > 0 || lengths.some(length => Number(length) !== 0))
    throw new HttpError('bad_request', 'a WebSocket handshake has no body');
  if (rawValues(request, 'sec-websocket-version').join(',') !== WEBSOCKET_VERSION)
    throw new HttpError(
      'upgrade_required',
      `the only version of WebSocket spoken is ${WEBSOCKET_VERSION}; send "Sec-WebSocket-Version: ${WEBSOCKET_VERSION}"`,
    );
}
