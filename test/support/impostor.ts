// Somebody who has the port of a daemon that is gone: it answers what the daemon answered, and keeps all it is sent.
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface ImpostorOptions {
  /** What `/health` of the daemon said last. */
  readonly health: unknown;
  /** What it answers to whoever wants a proof; default: that there is no such route, as an earlier version. */
  readonly prove?: (target: string) => unknown;
  /** Default: a free one. */
  readonly port?: number;
}

export class Impostor {
  /** Every request as it came: its line, its headers, its body. */
  readonly received: string[] = [];
  readonly #server: http.Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: http.Server) {
    this.#server = server;
  }

  static async start({ health, prove, port = 0 }: ImpostorOptions): Promise<Impostor> {
    const server = http.createServer({ requireHostHeader: false });
    const impostor = new Impostor(server);
    server.on('connection', (socket: Socket) => {
      impostor.#sockets.add(socket);
      socket.on('error', () => {});
      // All of it, whatever it is.
      socket.on('data', (bytes: Buffer) => impostor.received.push(bytes.toString('latin1')));
    });
    server.on('request', async (request: http.IncomingMessage, response: http.ServerResponse) => {
      const target = request.url ?? '';
      const isProof = target.startsWith('/api/proof');
      const answer = target === '/health' ? health : isProof ? await prove?.(target) : { sessions: [] };
      const body = JSON.stringify(answer ?? { error: { code: 'not_found', message: 'nothing' } });
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      response.writeHead(answer === undefined ? 404 : 200, headers).end(body);
    });
    server.on('upgrade', (_request: http.IncomingMessage, socket: Socket) =>
      socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'),
    );
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
    return impostor;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise(resolve => this.#server.close(resolve));
  }
}
