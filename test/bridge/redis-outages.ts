// A Redis for the tests of outages: what it has kept, and how it is full.
import fs from 'node:fs';
import path from 'node:path';
import { createClient } from '@redis/client';
import { startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import type { Kept, Outages, OwnBroker } from './outages.ts';

/** How many entries are read at once. */
const PAGE = 1000;

/** A place in the way of its file is as good as no room for it: what it keeps cannot be written. */
interface Disk {
  readonly flags: readonly string[];
  block(folder: string): void;
  free(folder: string): void;
}

async function startOwnRedis(disk?: Disk): Promise<OwnBroker> {
  const { url, server } = await startRedis({ flags: disk?.flags ?? [] });
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
  /** Has it write down what it keeps, until that goes as it should. */
  const saves = (status: 'ok' | 'err'): Promise<unknown> =>
    until(`it says ${status} of its file`, () =>
      ask(async client => {
        await client.sendCommand(['BGSAVE']).catch(() => {}); // It may be at it.
        return (await client.info('persistence')).includes(`rdb_last_bgsave_status:${status}`);
      }),
    );
  async function hinder(isHindered: boolean): Promise<void> {
    if (disk === undefined) {
      await ask(client => client.configSet('maxmemory', isHindered ? '1' : '0'));
    } else if (isHindered) {
      disk.block(server.folder);
      await saves('err');
    } else {
      disk.free(server.folder);
      await saves('ok');
    }
  }
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
    fill: () => hinder(true),
    empty: () => hinder(false),
    remove: () => server.remove(),
  };
}

export const OWN_REDIS: Outages = { kind: 'redis', start: () => startOwnRedis(), full: /OOM/ };

const fileOf = (folder: string): string => path.join(folder, 'dump.rdb');

/** One that cannot write to its disk refuses whatever would have to be kept. */
export const REDIS_WITHOUT_DISK: Outages = {
  ...{ kind: 'redis', full: /MISCONF/ },
  start: () =>
    startOwnRedis({
      flags: ['--appendonly', 'no', '--save', '3600 1'],
      block: folder => {
        fs.rmSync(fileOf(folder), { force: true });
        fs.mkdirSync(fileOf(folder));
      },
      free: folder => fs.rmdirSync(fileOf(folder)),
    }),
};
