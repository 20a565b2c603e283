// All stream clients: their number, their care, and how they are sent away.
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { ApprovalQueue, Listening } from '../../approvals/index.ts';
import type { Access } from '../../auth/index.ts';
import type { RoomPlace, Rooms } from '../../channel/index.ts';
import type { Queries } from '../../engine/index.ts';
import type { Pump } from '../../fanout/index.ts';
import type { Inbox, SessionNames } from '../../inbox/index.ts';
import type { Logger } from '../../logger.ts';
import type { CloseCode, Limits } from '../../protocol/index.ts';
import type { Chore, Service } from '../../service.ts';
import { SseConnection, type StreamRequest } from '../http/event-stream.ts';
import { HttpError } from '../http/http-error.ts';
import { orInvalid } from '../http/query.ts';
import type { ResumeByNodes } from './commands.ts';
import { Connection } from './connection.ts';
import { RoomConnection } from './room-connection.ts';

export interface ClientsOptions {
  readonly queries: Queries;
  readonly inbox: Inbox;
  readonly names: SessionNames;
  readonly rooms: Rooms;
  readonly approvals: ApprovalQueue;
  readonly pump: Pump;
  readonly limits: Limits;
  readonly logger: Logger;
  /** Where a client goes on that knows how far it got with each node. Default: there are none. */
  readonly resumeByNodes?: ResumeByNodes | undefined;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
}

/** How long clients may take to see why they are sent away when the daemon stops, in milliseconds. */
const GOODBYE_MS = 1000;

/** How often connections are looked after, in milliseconds: often enough for the shortest limit, and twice a second at least. */
function tickMs({ slowReaderMs, positionEveryMs, pingEveryMs, pongTimeoutMs }: Limits): number {
  return Math.max(
    20,
    Math.min(500, slowReaderMs / 4, positionEveryMs / 5, pingEveryMs / 4, pongTimeoutMs / 4),
  );
}

type Client = Connection | SseConnection | RoomConnection;

export class Clients implements Service {
  readonly name = 'clients';
  readonly chores: readonly Chore[];
  readonly #options: ClientsOptions;
  readonly #all = new Set<Client>();
  #draining = false;

  constructor(options: ClientsOptions) {
    this.#options = options;
    this.chores = [
      {
        what: 'clients: looking after them',
        everyMs: tickMs(options.limits),
        run: () => this.tick(options.now()),
      },
    ];
  }

  get size(): number {
    return this.#all.size;
  }

  /** @throws HttpError draining, too_many_connections */
  checkRoom(): void {
    const { connections } = this.#options.limits;
    if (this.#draining) throw new HttpError('draining', 'the daemon is stopping; reconnect in a moment');
    if (this.#all.size >= connections) {
      throw new HttpError(
        'too_many_connections',
        `${connections} clients are connected and no more are allowed; raise limits.connections in config.json`,
      );
    }
  }

  accept(ws: WebSocket, socket: Socket, access: Access): void {
    const connection = new Connection(ws, socket, access, this.#options);
    ws.on('close', this.#keepWhileValid(connection, access));
  }

  /** Lets a client into a room. */
  acceptInRoom(ws: WebSocket, socket: Socket, access: Access, place: RoomPlace): void {
    const { queries } = this.#options;
    const options = { ...this.#options, sanitize: queries.sanitize };
    const connection = new RoomConnection(ws, socket, place, access, options);
    ws.on('close', this.#keepWhileValid(connection, access));
  }

  /** @throws HttpError draining, too_many_connections, invalid_query; nothing is written then. */
  openStream(response: ServerResponse, request: StreamRequest, access: Access): void {
    this.checkRoom();
    const connection = orInvalid(() => new SseConnection(response, request, access, this.#options));
    response.on('close', this.#keepWhileValid(connection, access));
  }

  /** Whether anybody is connected who may answer what a session asks. */
  listening(sessionId: string): Listening | undefined {
    let among: Listening | undefined;
    for (const client of this.#all) {
      const listening = client.listening(sessionId);
      if (listening === 'by name') return listening;
      among ??= listening;
    }
    return among;
  }

  tick(now: number): void {
    for (const client of this.#all) client.tick(now);
  }

  closeAll(code: CloseCode, reason: string): void {
    for (const client of this.#all) client.close(code, reason);
  }

  /** Takes no more clients and says goodbye to those there are. */
  stop(): void {
    this.#draining = true;
    this.closeAll(1001, 'the daemon stops; come back and resume');
    setTimeout(() => {
      for (const client of this.#all) client.destroy();
    }, GOODBYE_MS).unref();
  }

  /** Returns what to call when it is gone. */
  #keepWhileValid(client: Client, access: Access): () => void {
    this.#all.add(client);
    const ignore = access.onEnd(() => client.close(4401, 'the token is not valid any more'));
    return () => {
      ignore();
      client.dispose();
      this.#all.delete(client);
    };
  }
}
