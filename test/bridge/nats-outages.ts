// A NATS server of a test's own, as the suites of outages want one: with room that can be filled.
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { NatsServer } from '../support/nats-server.ts';
import { stored } from './nats-world.ts';
import type { Outages, OwnBroker } from './outages.ts';

/** Room for all that the tests store, and little more; the streams of hookline are made without limits of their own, which would not fit. */
const MOST = 64 * 1024 * 1024;
const STREAMS = { HOOKLINE: 'events', HOOKLINE_IN: 'in', HOOKLINE_RECEIPTS: 'receipts' };

export async function startOwnNats(): Promise<OwnBroker> {
  const server = await new NatsServer({ jetstream: [`max_file_store: ${MOST}`] }).start();
  /** Does something with a connection of its own: one that is kept is lost with the server. */
  async function ask<T>(work: (manager: JetStreamManager, connection: NatsConnection) => Promise<T>) {
    const connection = await connect({ servers: server.url });
    try {
      return await work(await jetstreamManager(connection), connection);
    } finally {
      await connection.close();
    }
  }
  await ask(async manager => {
    for (const [name, part] of Object.entries(STREAMS))
      await manager.streams.add({ name, subjects: [`hookline.${part}.>`] });
  });
  return {
    url: server.url,
    kill: () => server.kill(),
    restart: async () => void (await server.start()),
    keep: async node => () => ask((_, connection) => stored(connection, node)),
    fill: () =>
      ask(async (manager, connection) => {
        await manager.streams.add({ name: 'BALLAST', subjects: ['ballast'] });
        const client = jetstream(connection);
        for (let size = 512 * 1024; size > 0; size = Math.floor(size / 2))
          while (await client.publish('ballast', new Uint8Array(size)).catch(() => undefined));
      }),
    empty: () => ask(async manager => manager.streams.delete('BALLAST').catch(() => {})),
    remove: () => server.remove(),
  };
}

export const OWN_NATS: Outages = {
  kind: 'nats',
  start: startOwnNats,
  full: /resources|exceeded/,
  repeats: 'known',
};
