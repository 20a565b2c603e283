// The WebSocket clients of a relay: what is pushed goes to each of them, and what they say is not heard.
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Access } from '../auth/index.ts';
import type { CloseCode, Limits } from '../protocol/index.ts';

interface Client {
  readonly ws: WebSocket;
  readonly socket: Socket;
  /** When its silence counts as its end, by `performance.now()`; undefined while it owes no answer. */
  pongDue?: number | undefined;
  pingedAt: number;
}

export class PushClients {
  readonly #limits: Limits;
  readonly #all = new Set<Client>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#all.size;
  }

  accept(ws: WebSocket, socket: Socket, access: Access): void {
    const client: Client = { ws, socket, pingedAt: performance.now() };
    this.#all.add(client);
    const ignore = access.onEnd(() => close(ws, 4401, 'the token is not valid any more'));
    ws.on('pong', () => {
      client.pongDue = undefined;
    });
    // What is wrong with a frame closes the connection with its code, and more there is not to say.
    ws.on('error', () => {});
    ws.on('close', () => {
      ignore();
      this.#all.delete(client);
    });
  }

  /** Sends a text to everybody; who does not read is shown the door, for nothing is kept for them. */
  push(text: string): void {
    for (const { ws, socket } of this.#all) {
      if (ws.readyState !== ws.OPEN) continue;
      if (socket.writableLength > this.#limits.socketBacklogBytes)
        close(ws, 4408, 'too much waits to be read; reconnect');
      else ws.send(text);
    }
  }

  /** To be called now and then: finds out who is gone. */
  tick(now: number): void {
    const { pingEveryMs, pongTimeoutMs } = this.#limits;
    for (const client of this.#all) {
      if (client.pongDue !== undefined && now >= client.pongDue) client.ws.terminate();
      if (client.pongDue !== undefined || now - client.pingedAt < pingEveryMs) continue;
      client.pingedAt = now;
      client.pongDue = now + pongTimeoutMs;
      client.ws.ping();
    }
  }

  closeAll(): void {
    for (const { ws } of this.#all) close(ws, 1001, 'the relay ends');
  }
}

function close(ws: WebSocket, code: CloseCode, reason: string): void {
  ws.close(code, reason);
}
