// Somebody who takes every connection, and never says a word.
import net from 'node:net';

export interface Mute {
  /** How many connections there are now. */
  open(): number;
  /** A URL that leads here instead. */
  through(url: string): URL;
  stop(): Promise<void>;
}

export async function startMute(): Promise<Mute> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    // Else it would never notice that the other side has gone.
    socket.resume();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    open: () => sockets.size,
    through: url => {
      const through = new URL(url);
      through.port = String(port);
      return through;
    },
    stop: async () => {
      const closed = new Promise(resolve => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
