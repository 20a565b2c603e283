// A daemon whose every misstep a test can order: it speaks the stream protocol from a plain array of events.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { EventEnvelope, Position, ServerMessage } from '../../src/protocol/index.ts';

interface Held {
  readonly socket: WebSocket;
  position: number;
  subscribed: boolean;
}

export class ScriptedDaemon {
  epoch = 'e1';
  token = 'a'.repeat(64);
  oldestSeq = 1;
  /** Status and error code the gate answers with instead of looking at the token. */
  refuseWith: { status: number; code: string } | undefined;
  readonly log: EventEnvelope[] = [];
  /** Messages received, newest last. */
  readonly received: Record<string, unknown>[] = [];
  /** Tokens offered, newest last. */
  readonly offered: string[] = [];
  /** Answers the next `subscribe` instead of the daemon. */
  onSubscribe: ((socket: WebSocket, id: unknown) => void) | undefined;
  #server: http.Server | undefined;
  #port = 0;
  readonly #held = new Set<Held>();

  get url(): string {
    return `ws://127.0.0.1:${this.#port}/ws`;
  }

  get connections(): number {
    return this.#held.size;
  }

  async start(): Promise<this> {
    const server = http.createServer((request, response) => {
      const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
      const { status, code } = this.#judge(token);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(status === 200 ? { events: [], hasMore: false } : refusal(code)));
    });
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'hookline.v1' });
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => {});
      const token = /bearer\.([^,\s]+)/.exec(request.headers['sec-websocket-protocol'] ?? '')?.[1];
      this.offered.push(token ?? '');
      const { status, code } = this.#judge(token);
      if (status === 200) sockets.handleUpgrade(request, socket, head, ws => this.#greet(ws));
      else socket.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\n\r\n${JSON.stringify(refusal(code))}`);
    });
    await new Promise<void>(resolve => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  /** Ends every connection with this code and stops listening; `start` comes back on the same port. */
  async stop(code = 1001): Promise<void> {
    this.drop(code);
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    if (server) await new Promise(resolve => server.close(resolve));
  }

  /** Ends every connection with this code (or without a word) and goes on listening. */
  drop(code?: number): void {
    for (const { socket } of this.#held) code === undefined ? socket.terminate() : socket.close(code);
    this.#held.clear();
  }

  /** Logs an event and sends it to whoever is subscribed, unless `silently`. */
  publish(type: string, data: Record<string, unknown> = {}, silently = false): EventEnvelope {
    const seq = (this.log.at(-1)?.seq ?? 0) + 1;
    const event: EventEnvelope = { type, timestamp: Date.now(), sessionId: 's1', source: 'test', seq, data };
    this.log.push(event);
    if (!silently) for (const held of this.#held) this.#flush(held);
    return event;
  }

  /** Events from now on begin a new numbering. */
  newEpoch(epoch: string): void {
    this.epoch = epoch;
    this.log.length = 0;
    this.oldestSeq = 1;
  }

  send(message: ServerMessage): void {
    for (const { socket } of this.#held) socket.send(JSON.stringify(message));
  }

  /** Makes the daemon believe it has already told its clients everything. */
  skipAhead(): void {
    for (const held of this.#held) held.position = this.#head();
  }

  #judge(token: string | undefined): { status: number; code: string } {
    if (this.refuseWith !== undefined) return this.refuseWith;
    return token === this.token ? { status: 200, code: '' } : { status: 401, code: 'unauthorized' };
  }

  #head(): number {
    return this.log.at(-1)?.seq ?? 0;
  }

  #greet(socket: WebSocket): void {
    const held: Held = { socket, position: this.#head(), subscribed: false };
    this.#held.add(held);
    socket.on('close', () => this.#held.delete(held));
    socket.on('message', raw => this.#answer(held, JSON.parse(String(raw)) as Record<string, unknown>));
    this.#snapshot(socket);
  }

  #snapshot(socket: WebSocket, id?: unknown): void {
    const seq = this.#head();
    const { epoch, oldestSeq } = this;
    const server = { name: 'scripted', version: '0' };
    socket.send(
      JSON.stringify({
        type: 'snapshot',
        id,
        protocol: 1,
        server,
        epoch,
        seq,
        oldestSeq,
        sessions: [],
        agents: [],
      }),
    );
  }

  #answer(held: Held, message: Record<string, unknown>): void {
    this.received.push(message);
    if (message['type'] === 'get_snapshot') this.#snapshot(held.socket, message['id']);
    if (message['type'] !== 'subscribe') return;
    if (this.onSubscribe !== undefined) {
      const answer = this.onSubscribe;
      this.onSubscribe = undefined;
      answer(held.socket, message['id']);
      return;
    }
    const since = message['since'] as Position | undefined;
    if (since !== undefined) held.position = since.seq;
    const { epoch } = this;
    const recovered = since === undefined ? {} : { recovered: true };
    held.socket.send(
      JSON.stringify({
        type: 'subscribed',
        id: message['id'],
        topics: message['topics'],
        epoch,
        seq: held.position,
        ...recovered,
      }),
    );
    held.subscribed = true;
    this.#flush(held);
  }

  #flush(held: Held): void {
    if (!held.subscribed || held.position >= this.#head()) return;
    const events = this.log.filter(event => event.seq > held.position);
    held.socket.send(JSON.stringify({ type: 'events', prev: held.position, to: this.#head(), events }));
    held.position = this.#head();
  }
}

function refusal(code: string): { error: { code: string; message: string } } {
  return { error: { code, message: `scripted ${code}` } };
}
