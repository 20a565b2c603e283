// A real `hookline hub` that is killed while machines work: afterwards its log has every event once.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEnvelope } from '../../src/client/index.ts';
import { clientOf } from '../client/support.ts';
import { makePlace, type Running, runCli } from '../support/cli.ts';
import type { TestDaemon } from '../support/daemon.ts';
import { hasNatsServer } from '../support/nats-server.ts';
import { until } from '../support/until.ts';
import { HubWorld } from './hub-world.ts';

const NAMES = ['laptop', 'desk'];

interface Hub extends Running {
  readonly port: number;
  readonly token: string;
}

async function everythingOf(daemon: { port: number; token: string }): Promise<EventEnvelope[]> {
  const client = clientOf(daemon);
  const all: EventEnvelope[] = [];
  for await (const event of client.replay('**')) all.push(event);
  client.close();
  return all;
}

describe.skipIf(!hasNatsServer())('a hub that is killed', () => {
  const world = new HubWorld();
  const place = makePlace();
  const nodes: TestDaemon[] = [];
  beforeAll(async () => {
    await world.server.start();
    for (const name of NAMES) nodes.push(await world.node(name));
  });
  afterAll(() => world.close());

  async function startHub(): Promise<Hub> {
    const home = path.join(place.hooklineHome, 'hub');
    const running = runCli(place, ['hub', '--url', world.server.url, '--port', '0']);
    await running.says('listens at');
    const { port } = JSON.parse(fs.readFileSync(path.join(home, 'daemon.json'), 'utf8')) as { port: number };
    return { ...running, port, token: fs.readFileSync(path.join(home, 'token'), 'utf8').trim() };
  }

  it('has every event of every machine once when it is back', async () => {
    let going = true;
    const work = nodes.map(async (node, index) => {
      for (let n = 0; going && n < 3000; n++) {
        await node.emit(1, { topic: 'kill.count', sessionId: NAMES[index] ?? '' });
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    });
    let hub = await startHub();
    for (let round = 0; round < 2; round++) {
      const before = (await everythingOf(hub)).length;
      await until('more of it came', async () => (await everythingOf(hub)).length > before + 20);
      await hub.end('SIGKILL');
      hub = await startHub();
    }
    going = false;
    await Promise.all(work);
    for (const [index, name] of NAMES.entries()) {
      const told = (await everythingOf(nodes[index] as TestDaemon)).map(({ seq, type }) => ({ seq, type }));
      const last = told.at(-1)?.seq ?? 0;
      const heard = await until(`all of ${name} came`, async () => {
        const its = (await everythingOf(hub)).flatMap(({ type, data }) => {
          const { name: from, seq } = (data['node'] ?? {}) as { name?: string; seq?: number };
          return from === name ? [{ seq, type }] : [];
        });
        return its.some(({ seq }) => seq === last) && { its };
      });
      expect(heard).toEqual({ its: told });
    }
    await hub.end();
  });
});
