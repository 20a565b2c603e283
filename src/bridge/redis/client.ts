// A client of Redis that connects once: the bridge begins anew when it is lost.
import { ConnectionTimeoutError, createClient } from '@redis/client';
import type { ConnectOptions } from '../driver.ts';

export type Client = ReturnType<typeof makeClient>;

/** How often a connection shows that it is alive, and how long without a word it counts as dead; in milliseconds. */
const PING_MS = 5000;
const SILENCE_MS = 20_000;

/** Does not connect again by itself: the bridge begins anew, from what is known to be done. */
export function makeClient({ url, password, ca, cert, key }: ConnectOptions) {
  const { protocol, hostname, port, username, pathname } = url;
  const database = Number(pathname.slice(1) || 0);
  if (!Number.isInteger(database))
    throw new Error(`the path of redis://${url.host} must be the number of a database, and is ${pathname}`);
  const given = password ?? decodeURIComponent(url.password);
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  return createClient({
    socket: {
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port || 6379),
      ...(protocol === 'rediss:' ? { tls: true as const, ...files } : {}),
      reconnectStrategy: false,
      socketTimeout: SILENCE_MS,
    },
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(given === '' ? {} : { password: given }),
    database,
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    RESP: 2,
  });
}

/** @throws what does not work */
export async function connect(client: Client, { url, signal }: ConnectOptions): Promise<void> {
  // What is wrong is told by what fails; without a listener it would end the process.
  client.on('error', () => {});
  const end = (): void => client.destroy();
  if (signal.aborted) throw new Error('there was no time to connect');
  signal.addEventListener('abort', end, { once: true });
  try {
    await client.connect();
  } catch (error) {
    throw error instanceof ConnectionTimeoutError ? new Error(silence(url)) : error;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** It takes the beginning of TLS for that of a command, and waits for the rest. */
const silence = ({ host, protocol }: URL): string =>
  `${host} did not answer in time${protocol === 'rediss:' ? '; it may not speak TLS at this port' : ''}`;
