// Redis streams against a real Redis.
import { createClient } from '@redis/client';
import { describe } from 'vitest';
import { redis } from '../../src/bridge/redis/driver.ts';
import { findBroker } from '../support/brokers.ts';
import { testBridge } from './bridge-conformance.ts';
import { type Peer, testDriver } from './conformance.ts';

const url = await findBroker('redis');

async function openPeer(): Promise<Peer> {
  const [client, reader] = [createClient({ url: url ?? '' }), createClient({ url: url ?? '' })];
  await Promise.all([client.connect(), reader.connect()]);
  const keys = new Set<string>();
  return {
    watch: async node => {
      const key = `hookline:events:${node}`;
      keys.add(key);
      const seen: { id: string; body: string }[] = [];
      const read = async (): Promise<void> => {
        for (let after = '0'; reader.isOpen; ) {
          const found = (await reader.xRead([{ key, id: after }], { BLOCK: 100 })) as
            | { messages: { id: string; message: Record<string, string> }[] }[]
            | null;
          for (const { id, message } of found?.[0]?.messages ?? []) {
            after = id;
            seen.push({ id: message['id'] ?? '', body: message['event'] ?? '' });
          }
        }
      };
      void read().catch(() => {});
      return () => seen;
    },
    put: async (name, raw) => {
      keys.add(`hookline:in:${name}`);
      await client.xAdd(`hookline:in:${name}`, '*', { json: raw });
    },
    waiting: async name => {
      keys.add(`hookline:in:${name}`);
      return client.xLen(`hookline:in:${name}`);
    },
    close: async () => {
      reader.destroy();
      await client.del([...keys, 'hookline:none']);
      client.destroy();
    },
  };
}

describe.skipIf(url === undefined)('a driver for', () => {
  testDriver('Redis', { driver: redis, url: url ?? '', openPeer });
});

describe.skipIf(url === undefined)('a bridge over Redis:', () => {
  testBridge('Redis', {
    ...{ kind: 'redis', url: url ?? '', openPeer },
    foreign: ({ id, from, to, text }) => JSON.stringify({ id, from, to, message: text }),
  });
});
