// AMQP 0-9-1, such as RabbitMQ: a topic exchange for events, and cbroker's queues for messages.
import { isIP } from 'node:net';
import { type ChannelModel, connect, type Options, type SocketOptions } from 'amqplib';
import type { ConnectOptions, Driver } from '../driver.ts';
import { AmqpLink, leave } from './link.ts';
import { whyNoQueue } from './wire.ts';

/** Seconds without a sign of life, after which either side gives the other up. */
const HEARTBEAT_S = 10;

export const amqp: Driver = {
  via: 'amqp',
  whyNoName: whyNoQueue,
  async connect(options) {
    const connection = await open(options);
    try {
      const link = new AmqpLink(connection, options);
      await link.open();
      return link;
    } catch (error) {
      await leave(connection);
      throw error;
    }
  },
};

async function open(options: ConnectOptions): Promise<ChannelModel> {
  const { url, password, ca, cert, key, signal } = options;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const where: Options.Connect = {
    protocol: url.protocol.replace(/:$/, ''),
    hostname: host,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    username: decodeURIComponent(url.username) || 'guest',
    password: password ?? (decodeURIComponent(url.password) || 'guest'),
    // As it is in the URL: the library takes the escapes out.
    vhost: url.pathname.slice(1),
    heartbeat: HEARTBEAT_S,
  };
  const socket: SocketOptions & { readonly signal: AbortSignal } = {
    ...{ noDelay: true, keepAlive: true, clientProperties: { connection_name: `hookline ${options.node}` } },
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    // Of the socket: the library itself would wait for somebody who takes the connection and says nothing.
    signal,
  };
  try {
    return await connect(where, socket);
  } catch (error) {
    throw signal.aborted ? new Error(`${url.host} did not answer in time`) : refusal(error as Error, url);
  }
}

/** The library tells of a vhost that is not there, or not for this user, only that something else came than was expected. */
function refusal(error: Error, { host, pathname }: URL): Error {
  if (!error.message.startsWith('Expected ConnectionOpenOk')) return error;
  const vhost = decodeURIComponent(pathname.slice(1)) || '/';
  return new Error(
    `${host} does not let us into the vhost ${vhost}: is it there, and may this user use it? It is the path of the url; write %2F for a slash in it`,
    { cause: error },
  );
}
