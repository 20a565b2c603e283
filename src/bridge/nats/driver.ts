// NATS with JetStream: streams for events, for messages and for receipts.
import {
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  type NatsConnection,
  nkeyAuthenticator,
} from '@nats-io/transport-node';
import type { ConnectOptions, Driver } from '../driver.ts';
import { greeting } from './greeting.ts';
import { NatsLink } from './link.ts';
import { NatsError, wordsOf } from './refusal.ts';
import { inboxOf, whyNoSubject } from './wire.ts';

/** Milliseconds between pings, and how many may be without an answer: a dead line is noticed within 20 s. */
const PING_MS = 6000;
const PINGS_OUT = 2;
/** How long the server may take to greet, in milliseconds. */
const GREETING_MS = 10_000;
/** How a file begins that has a user's JWT and its key (`nsc generate creds`). */
const CREDS = '-----BEGIN NATS USER JWT-----';
/** A user's key alone, as `nk -gen user` and `nsc` write it. */
const SEED = /\bSU[A-Z2-7]{56}\b/;

export const nats: Driver = {
  via: 'nats',
  whyNoName: whyNoSubject,
  // No name begins like this.
  ownQueue: node => `_node.${node}`,
  async connect(options) {
    const connection = await open(options);
    const link = new NatsLink(connection, options);
    try {
      await link.open();
      return link;
    } catch (error) {
      await link.close();
      throw error;
    }
  },
};

async function open(options: ConnectOptions): Promise<NatsConnection> {
  const { url, node, signal } = options;
  try {
    await greeting(url, signal);
  } catch (error) {
    throw new NatsError(
      `${url.host}: ${signal.aborted ? 'it did not answer in time' : wordsOf(error)}`,
      error,
    );
  }
  const connecting = connect({
    servers: url.port === '' ? url.hostname : url.host,
    name: `hookline ${node}`,
    // So that rights can keep what one hookline is answered from the others.
    inboxPrefix: inboxOf(node),
    ...{ pingInterval: PING_MS, maxPingOut: PINGS_OUT, timeout: GREETING_MS },
    // The bridge connects again by itself, and makes everything anew.
    ...{ reconnect: false, ignoreClusterUpdates: true, noAsyncTraces: true },
    ...credentialsOf(options),
    ...tlsOf(options),
  });
  const given = new Promise<never>((_, reject) => {
    const leave = (): void => {
      reject(new NatsError(`${url.host}: it did not answer in time`));
      connecting.then(
        connection => connection.close().catch(() => {}),
        () => {},
      );
    };
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([connecting, given]);
  } catch (error) {
    throw error instanceof NatsError ? error : new NatsError(`${url.host}: ${wordsOf(error)}`, error);
  }
}

/** A user without a password is a token, as everywhere with NATS; so is a password without a user. */
function credentialsOf({ url, password }: ConnectOptions): ConnectionOptions {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  if (password?.includes(CREDS)) return { authenticator: credsAuthenticator(bytes(password)) };
  const [seed] = (url.username === '' && SEED.exec(password ?? '')) || [];
  if (seed !== undefined) return { authenticator: nkeyAuthenticator(bytes(seed)) };
  const user = decodeURIComponent(url.username);
  const secret = password ?? decodeURIComponent(url.password);
  if (user === '') return secret === '' ? {} : { token: secret };
  return secret === '' ? { token: user } : { user, pass: secret };
}

/** With `tls://`, or where there are certificates, a server that does not encrypt is refused; else it is as the server wants it. */
function tlsOf({ url, ca, cert, key }: ConnectOptions): ConnectionOptions {
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  if (url.protocol !== 'tls:' && Object.keys(files).length === 0) return {};
  // The library checks the certificate of an address against "localhost" unless it is told the host.
  return {
    tls: { ...files, host: url.hostname.replace(/^\[(.*)\]$/, '$1') } as ConnectionOptions['tls'] & object,
  };
}
