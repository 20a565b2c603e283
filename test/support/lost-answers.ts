// A network that loses answers: a TCP proxy that carries everything to a daemon, and cuts the connection instead of carrying back what it is told to.
import net from 'node:net';

export class LostAnswers {
  /** Where connections lead to. */
  target = 0;
  /** Answers that hold this are lost, `times` times from now on. */
  losing: RegExp = /$^/;
  times = 0;
  /** How many were lost. */
  lost = 0;
  readonly #sockets = new Set<net.Socket>();
  readonly #server = net.createServer(client => this.#connect(client));

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  async start(): Promise<this> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #connect(client: net.Socket): void {
    const daemon = net.connect(this.target, '127.0.0.1');
    for (const socket of [client, daemon]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        daemon.destroy();
      });
    }
    client.pipe(daemon);
    daemon.on('data', data => {
      if (this.times > 0 && this.losing.test(data.toString('latin1'))) {
        this.times--;
        this.lost++;
        client.destroy();
      } else client.write(data);
    });
  }
}
