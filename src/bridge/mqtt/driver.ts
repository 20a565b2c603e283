// MQTT 5, such as Mosquitto: topics below hookline/, and a session at the broker that keeps what comes while we are away.
import { connect, type IClientOptions, type IConnackPacket, type MqttClient } from 'mqtt';
import type { ConnectOptions, Driver } from '../driver.ts';
import { wordsOf } from '../words.ts';
import { MqttLink } from './link.ts';
import { topicOfStatus, whyNoName } from './topics.ts';

/** Seconds without a sign of life, after which the broker is asked for one; half as long again, and it is given up. */
const KEEPALIVE_S = 15;
/** How long the broker keeps what comes while we are away, in seconds. */
const SESSION_S = 24 * 3600;
/** Messages that are on their way to us and not acknowledged. */
const RECEIVE_MAXIMUM = 50;
/** How long the library waits for an answer, in milliseconds: longer than whoever connects, who says so in better words. */
const PATIENCE_MS = 60_000;
/** Reason codes of a broker that knows no MQTT 5: its own, and that of 3.1.1. */
const OTHER_VERSION: ReadonlySet<unknown> = new Set([0x84, 1]);
/** Reason codes of a broker that does not want whoever this is: of MQTT 5, and of 3.1.1. */
const NOT_WANTED: ReadonlySet<unknown> = new Set([0x86, 0x87, 0x8c, 4, 5]);

export const mqtt: Driver = {
  via: 'mqtt',
  whyNoName,
  async connect(options) {
    const client = connect(optionsOf(options));
    // Before anything can come: a session that goes on sends at once what has waited in it.
    const link = new MqttLink(client, options);
    try {
      await link.open(await connected(client, options));
      return link;
    } catch (error) {
      client.end(true);
      throw error;
    }
  },
};

function optionsOf({ url, password, ca, cert, key, node }: ConnectOptions): IClientOptions {
  const username = decodeURIComponent(url.username);
  const secret = password ?? decodeURIComponent(url.password);
  return {
    protocol: url.protocol === 'mqtts:' ? 'mqtts' : 'mqtt',
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(username === '' ? {} : { username }),
    ...(secret === '' ? {} : { password: secret }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    protocolVersion: 5,
    // The same from one daemon to the next, for it names the session at the broker.
    clientId: `hookline-${node}`,
    clean: false,
    properties: { sessionExpiryInterval: SESSION_S, receiveMaximum: RECEIVE_MAXIMUM },
    will: {
      ...{ topic: topicOfStatus(node), payload: Buffer.from('{"online":false}'), qos: 1, retain: true },
      properties: { contentType: 'application/json' },
    },
    ...{ keepalive: KEEPALIVE_S, reconnectPeriod: 0, resubscribe: false, connectTimeout: PATIENCE_MS },
  };
}

/** @throws in words */
function connected(client: MqttClient, { url, node, signal }: ConnectOptions): Promise<IConnackPacket> {
  const { host } = url;
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(new Error(`${host} did not answer in time`));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    client.once('connect', resolve);
    client.once('error', error => reject(refusal(error, host, node)));
    client.once('close', () =>
      reject(new Error(`${host} closed the connection before it let us in; does it speak MQTT 5?`)),
    );
  });
}

function refusal(error: Error, host: string, node: string): Error {
  const { code } = error as { code?: unknown };
  if (OTHER_VERSION.has(code)) return new Error(`${host} does not speak MQTT 5, which hookline needs`);
  const tried = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  if (typeof code !== 'number') return new Error(`${host}: ${wordsOf(tried)}`, { cause: tried });
  const mend = NOT_WANTED.has(code)
    ? `; see the user and the password of this broker in the configuration, and whether it lets in the client hookline-${node}`
    : '';
  return new Error(`${host}: ${tried.message} (reason code 0x${code.toString(16).padStart(2, '0')})${mend}`);
}
