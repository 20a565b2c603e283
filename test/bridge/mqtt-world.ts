// What tests of MQTT share: programs that know nothing of hookline, and hooklines that leave nothing behind at the broker.
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { afterAll, afterEach } from 'vitest';
import type { Arrival, ConnectOptions, Driver, WireMessage, WireReceipt } from '../../src/bridge/driver.ts';
import { mqtt } from '../../src/bridge/mqtt/driver.ts';
import type { MqttLink } from '../../src/bridge/mqtt/link.ts';
import { unique } from '../support/brokers.ts';
import { until } from '../support/until.ts';

export interface Came {
  readonly topic: string;
  readonly body: string;
  readonly packet: IPublishPacket;
}

export interface Stranger {
  readonly client: MqttClient;
  /** What came so far. */
  readonly came: Came[];
  /** Whether the broker has anybody to give it to. */
  put(topic: string, body: string | Buffer, properties?: IPublishPacket['properties']): Promise<boolean>;
  leave(): Promise<void>;
}

export interface Opened {
  readonly link: MqttLink;
  readonly node: string;
  readonly arrivals: Arrival[];
  readonly receipts: WireReceipt[];
}

/** Connects, and acknowledges nothing when it is `silent`. */
export async function stranger(
  url: string,
  options: IClientOptions & { readonly silent?: boolean } = {},
  ...topics: readonly string[]
): Promise<Stranger> {
  const { silent = false, ...rest } = options;
  const client = connect(url, { protocolVersion: 5, reconnectPeriod: 0, ...rest });
  const came: Came[] = [];
  // Before anything can come.
  client.handleMessage = (packet, callback) => {
    came.push({ topic: packet.topic, body: packet.payload.toString(), packet });
    callback(silent ? new Error('not now') : undefined);
  };
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
  });
  const unwanted = new Set<unknown>();
  client.on('packetreceive', packet => {
    if (packet.cmd === 'puback' && packet.reasonCode === 0x10) unwanted.add(packet.messageId);
  });
  if (topics.length > 0) await client.subscribeAsync([...topics], { qos: 1 });
  return {
    client,
    came,
    put: async (topic, body, properties = {}) => {
      const packet = await client.publishAsync(topic, body, { qos: 1, properties });
      return !unwanted.delete((packet as IPublishPacket).messageId);
    },
    leave: () => client.endAsync(),
  };
}

const used = new Map<string, string>();

/** Takes away what somebody leaves at a broker who comes as this node, when all is done. */
export function tidyUp(node: string, url: string): void {
  used.set(node, url);
}

/** The driver, with a memory of the nodes that it came as. */
export const tidyMqtt: Driver = {
  ...mqtt,
  connect: options => {
    tidyUp(options.node, 'mqtt://127.0.0.1:1883');
    return mqtt.connect(options);
  },
};

/** To be called in a test file once: takes away sessions and what is retained, when all is done. */
export function leaveNothingBehind(): void {
  afterAll(async () => {
    for (const [node, url] of used) {
      const all = `hookline/nodes/${node}`;
      // Not retained: behind all that is.
      const mark = unique('mark-');
      const last = await stranger(url, { clientId: `hookline-${node}`, clean: true }, `${all}/#`);
      await last.put(all, mark);
      await until('the mark came', () => last.came.some(({ body }) => body === mark));
      for (const { topic } of last.came.filter(({ packet }) => packet.retain))
        await last.client.publishAsync(topic, '', { qos: 1, retain: true });
      await last.leave();
    }
    used.clear();
  });
}

/** Opens links and strangers that are closed after the test. @param driver for a broker of the test's own, `mqtt` itself */
export function world(
  url: string,
  driver: Driver = tidyMqtt,
): {
  open(options?: Partial<ConnectOptions>): Promise<Opened>;
  meet(...topics: readonly string[]): Promise<Stranger>;
  /** To be called after the test. */
  later(close: () => Promise<unknown>): void;
} {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  return {
    later: close => closers.push(close),
    open: async (options = {}) => {
      const arrivals: Arrival[] = [];
      const receipts: WireReceipt[] = [];
      const node = options.node ?? unique('node-');
      const link = (await driver.connect({
        ...{ url: options.url ?? new URL(url), node, patterns: [], signal: new AbortController().signal },
        take: async arrival => void arrivals.push(arrival),
        hear: receipt => receipts.push(receipt),
        ...options,
      })) as MqttLink;
      closers.push(() => link.close());
      return { link, node, arrivals, receipts };
    },
    meet: async (...topics) => {
      const met = await stranger(url, {}, ...topics);
      closers.push(() => met.leave());
      return met;
    },
  };
}

/** How much the broker has kept of a name for a node. A hookline of that node that is there is thrown out for it, and comes back. */
export async function unacknowledged(url: string, name: string, node: string): Promise<number> {
  const { count } = await until(`it was seen what is kept for ${node}`, () => look(url, name, node), 30_000);
  return count;
}

/** Comes as a node, acknowledges nothing, and goes. A mark tells what was the last. Undefined when it was thrown out before. */
async function look(url: string, name: string, node: string): Promise<{ count: number } | undefined> {
  const mark = unique('mark-');
  const outside = await stranger(url);
  const successor = await stranger(url, {
    ...{ clientId: `hookline-${node}`, clean: false, properties: { sessionExpiryInterval: 600 } },
    silent: true,
  });
  let isOut = false;
  successor.client.once('close', () => {
    isOut = true;
  });
  await outside.put(`hookline/receipts/${node}`, mark);
  const isThere = (): boolean => successor.came.some(({ body }) => body === mark);
  await until('the mark came, or it was thrown out', () => isOut || isThere());
  await successor.client.endAsync(true);
  await outside.leave();
  if (!isThere()) return undefined;
  return { count: successor.came.filter(({ topic }) => topic === `hookline/in/${name}`).length };
}

export const saidBy = ({ message }: Arrival): WireMessage =>
  'malformed' in message ? { message: `malformed: ${message.malformed}` } : message;
