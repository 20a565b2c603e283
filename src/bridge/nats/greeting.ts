// Looks whether a server greets before the library connects: with one that takes the connection and says nothing it would leave its
// socket open, one for each try (@nats-io/transport-node 3.3.1).
import net from 'node:net';

const PORT = 4222;

/** Resolves once the server has said something. @throws the error of the socket; the signal's reason */
export function greeting({ hostname, port }: URL, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const socket = net.connect({ host, port: port === '' ? PORT : Number(port), signal });
    socket.once('data', () => {
      resolve();
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('it closed the connection')));
  });
}
