// Three machines with a line each to one NATS server: one is cut off for a while, and the hub's client has every event of every machine once.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEnvelope, NodeState } from '../../src/protocol/index.ts';
import { type Daemon, startDaemon, startHub } from '../support/hookline.ts';
import { hasNatsServer, NatsServer } from '../support/nats-server.ts';
import { hasNamespaces, type Machine, Network } from '../support/network.ts';
import { run } from '../support/run.ts';
import { openStream, type Stream } from '../support/stream.ts';
import { until } from '../support/until.ts';

const post = path.join(import.meta.dirname, '../support/post-events.js');
const NAMES = ['laptop', 'desk', 'server'] as const;
/** Events of each machine: before one is cut off, meanwhile, and after. */
const EACH = 150;

describe.skipIf(!hasNatsServer() || !hasNamespaces())('machines of which one is cut off', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-network-'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    CLAUDE_CONFIG_DIR: path.join(folder, 'claude'),
  };
  const running: (() => unknown)[] = [];
  const machines = new Map<
    string,
    { readonly machine: Machine; readonly daemon: Daemon; readonly home: string }
  >();
  let network: Network;
  let hub: Daemon;
  let stream: Stream;

  beforeAll(async () => {
    network = new Network();
    running.push(() => network.remove());
    const server = await new NatsServer().start();
    running.push(() => server.remove());
    const url = `nats://${await network.expose(Number(new URL(server.url).port))}`;
    for (const name of NAMES) {
      const machine = network.add();
      const home = path.join(folder, name);
      fs.mkdirSync(home);
      const brokers = [{ url, node: name, events: ['**'] }];
      fs.writeFileSync(path.join(home, 'config.json'), JSON.stringify({ brokers }));
      const daemon = await startDaemon({ env, hooklineHome: home, within: machine.within });
      running.push(() => daemon.stop());
      machines.set(name, { machine, daemon, home });
    }
    hub = await startHub({ env, hooklineHome: path.join(folder, 'hub-of-all') }, server.url);
    running.push(() => hub.stop());
    stream = await openStream(hub);
    running.push(() => stream.close());
    stream.send({ type: 'subscribe', topics: ['test.*', 'system.node'] });
  });
  afterAll(async () => {
    for (const stop of running.reverse()) await stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function work(name: string, from: number): Promise<void> {
    const one = machines.get(name);
    if (one === undefined) throw new Error(`no machine ${name}`);
    const token = fs.readFileSync(path.join(one.home, 'hook-token'), 'utf8').trim();
    const [file = '', ...args] = one.machine.within;
    const told = [process.execPath, post, one.daemon.url, token, `test.${name}`, String(from), String(EACH)];
    await run(file, [...args, ...told], { env, timeout: 60_000 });
  }
  const told = (name: string): EventEnvelope[] =>
    (stream.events() as unknown as EventEnvelope[]).filter(({ type }) => type === `test.${name}`);
  const stateOf = async (name: string): Promise<NodeState | undefined> => {
    const headers = { authorization: `Bearer ${hub.token}` };
    const answer = await fetch(`${hub.url}/api/nodes`, { headers });
    return ((await answer.json()) as { nodes: NodeState[] }).nodes.find(({ node }) => node === name);
  };
  const allOf = (name: string, count: number): Promise<unknown> =>
    until(`${count} events of ${name}`, () => told(name).length >= count, 60_000);

  it('has every event of every machine once, in its order, and says who is away meanwhile', async () => {
    await Promise.all(NAMES.map(name => work(name, 0)));
    for (const name of NAMES) await allOf(name, EACH);
    machines.get('desk')?.machine.cut();
    await Promise.all(NAMES.map(name => work(name, EACH)));
    for (const name of ['laptop', 'server']) await allOf(name, 2 * EACH);
    await until('it is away', async () => (await stateOf('desk'))?.state === 'away', 90_000);
    await until('nothing is missing of another', async () => (await stateOf('laptop'))?.behind === 0);
    expect((await stateOf('laptop'))?.state).toBe('online');
    expect(told('desk')).toHaveLength(EACH);
    machines.get('desk')?.machine.mend();
    await Promise.all(NAMES.map(name => work(name, 2 * EACH)));
    for (const name of NAMES) await allOf(name, 3 * EACH);
    await until('it is back', async () => (await stateOf('desk'))?.state === 'online', 60_000);
    for (const name of NAMES)
      expect(told(name).map(({ data }) => data['n'])).toEqual(Array.from({ length: 3 * EACH }, (_, n) => n));
  });
});
