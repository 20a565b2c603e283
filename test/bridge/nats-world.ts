// What tests of NATS share: programs that know nothing of hookline but its subjects, and links that are closed after the test.
import { AckPolicy, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterEach } from 'vitest';
import type { Arrival, ConnectOptions, Link, OutgoingEvent, WireReceipt } from '../../src/bridge/driver.ts';
import { nats } from '../../src/bridge/nats/driver.ts';
import { unique } from '../support/brokers.ts';
import { type NatsOptions, NatsServer } from '../support/nats-server.ts';
import type { Peer } from './conformance.ts';

/** A program that knows NATS, and nothing of hookline but its subjects. */
export async function openPeer(url: string): Promise<Peer> {
  const connection = await connect({ servers: url });
  const manager = await jetstreamManager(connection);
  const watched = new Set<string>();
  const names = new Set<string>();
  return {
    watch: async node => {
      const seen: { id: string; body: string }[] = [];
      watched.add(`hookline.events.${node}.>`);
      connection.subscribe(`hookline.events.${node}.>`, {
        callback: (_, message) => {
          seen.push({ id: message.headers?.get('Nats-Msg-Id') ?? '', body: message.string() });
        },
      });
      await connection.flush();
      return () => seen;
    },
    put: async (name, raw) => {
      connection.publish(`hookline.in.${name}`, raw);
      await connection.flush();
    },
    waiting: async name => {
      names.add(name);
      return waitingAt(manager, `hookline.in.${name}`);
    },
    close: async () => {
      for (const filter of watched) await manager.streams.purge('HOOKLINE', { filter });
      for (const name of names)
        await manager.consumers.delete('HOOKLINE_IN', `hookline_${name}`).catch(() => {});
      await connection.close();
    },
  };
}

export async function waitingAt(manager: JetStreamManager, subject: string): Promise<number> {
  const { state } = await manager.streams.info('HOOKLINE_IN', { subjects_filter: subject });
  return state.subjects?.[subject] ?? 0;
}

export interface Open {
  readonly link: Link;
  readonly arrivals: Arrival[];
  readonly receipts: WireReceipt[];
}

export interface Outside {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
}

export interface World {
  /** To be called after the test. */
  later(close: () => Promise<unknown>): void;
  /** What was to be called after the test, and is not then. */
  keep(): (() => Promise<unknown>)[];
  open(server: string, options?: Partial<ConnectOptions>): Promise<Open>;
  outside(server: string): Promise<Outside>;
  /** What a try to connect says; `it worked` when it does. */
  tried(server: string, options?: Partial<ConnectOptions>): Promise<string>;
  /** A server of the test's own. */
  start(options?: NatsOptions): Promise<NatsServer>;
}

/** Whatever it opens is closed after the test. */
export function world(): World {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  const open: World['open'] = async (server, options = {}) => {
    const arrivals: Arrival[] = [];
    const receipts: WireReceipt[] = [];
    const link = await nats.connect({
      url: new URL(server),
      node: unique('node-'),
      patterns: [],
      signal: new AbortController().signal,
      take: async arrival => void arrivals.push(arrival),
      hear: receipt => receipts.push(receipt),
      ...options,
    });
    closers.push(() => link.close());
    return { link, arrivals, receipts };
  };
  return {
    open,
    later: close => void closers.push(close),
    keep: () => closers.splice(0),
    outside: async server => {
      const connection = await connect({ servers: server });
      closers.push(() => connection.close());
      return { connection, manager: await jetstreamManager(connection) };
    },
    tried: (server, options) =>
      open(server, options).then(
        () => 'it worked',
        (error: Error) => error.message,
      ),
    start: async options => {
      const server = await new NatsServer(options).start();
      closers.push(() => server.remove());
      return server;
    },
  };
}

export const textOf = ({ message }: Arrival): string | undefined =>
  'malformed' in message ? `malformed: ${message.malformed}` : message.message;

export const events = (
  node: string,
  count: number,
  bodyOf = (n: number) => `{"seq":${n}}`,
): OutgoingEvent[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ id: `${node}:epoch:${at + 1}`, sessionId: 'one', type: 'tool.started', timestamp: at },
    body: bodyOf(at + 1),
  }));

/** The events of a node that the stream has by now. */
export async function stored(
  connection: NatsConnection,
  node: string,
): Promise<{ readonly id: string; readonly body: string }[]> {
  const manager = await jetstreamManager(connection);
  const filter = `hookline.events.${node}.>`;
  const { state } = await manager.streams.info('HOOKLINE', { subjects_filter: filter });
  if (Object.keys(state.subjects ?? {}).length === 0) return [];
  const { name } = await manager.consumers.add('HOOKLINE', {
    ...{ name: unique('test-'), filter_subject: filter, ack_policy: AckPolicy.None },
  });
  const consumer = await jetstream(connection).consumers.get('HOOKLINE', name);
  const all: { id: string; body: string }[] = [];
  for await (const message of await consumer.consume()) {
    all.push({ id: message.headers?.get('Nats-Msg-Id') ?? '', body: message.string() });
    if (message.info.pending === 0) break;
  }
  await manager.consumers.delete('HOOKLINE', name);
  return all;
}

export const storedIds = async (connection: NatsConnection, node: string): Promise<string[]> =>
  (await stored(connection, node)).map(({ id }) => id);
