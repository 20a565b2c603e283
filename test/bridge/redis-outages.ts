// A Redis for the tests of outages: what it has kept, and how it is full.
import { createClient } from '@redis/client';
import { startRedis } from '../support/redis-server.ts';
import type { Kept, Outages, OwnBroker } from './outages.ts';

/** How many entries are read at once. */
const PAGE = 1000;

async function startOwnRedis(): Promise<OwnBroker> {
  const { url, server } = await startRedis();
  /** Does something with a client of its own: one that is kept is lost with the server. */
  async function ask<T>(work: (client: ReturnType<typeof makeClient>) => Promise<T>): Promise<T> {
    const client = makeClient();
    client.on('error', () => {});
    await client.connect();
    try {
      return await work(client);
    } finally {
      client.destroy();
    }
  }
  const makeClient = () => createClient({ url });
  return {
    url,
    kill: () => server.kill(),
    restart: () => server.start(),
    keep: async node => () =>
      ask(async client => {
        const kept: Kept[] = [];
        for (let from = '-'; ; ) {
          const entries = (await client.xRange(`hookline:events:${node}`, from, '+', { COUNT: PAGE })) ?? [];
          for (const { message } of entries)
            kept.push({ id: message['id'] ?? '', body: message['event'] ?? '' });
          const last = entries.at(-1);
          if (last === undefined || entries.length < PAGE) return kept;
          from = `(${last.id}`;
        }
      }),
    fill: () => ask(client => client.configSet('maxmemory', '1')),
    empty: () => ask(client => client.configSet('maxmemory', '0')),
    remove: () => server.remove(),
  };
}

export const OWN_REDIS: Outages = { kind: 'redis', start: startOwnRedis, full: /OOM/ };
