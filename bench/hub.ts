// How far one hub goes: a thousand nodes at one NATS server, simulated by what they write there; the server and the hub are real.
import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type Daemon, startHub } from '../test/support/hookline.ts';
import { hasNatsServer, NatsServer } from '../test/support/nats-server.ts';
import { until } from '../test/support/until.ts';
import type { Rows } from './report/row.ts';
import { makePlace } from './support/place.ts';
import { cpuOf, rssOf } from './support/process.ts';

const NODES = 1000;
/** Events of each node, one after the other. */
const EACH = 40;
/** Events that are under way at a time: nodes do not wait for each other. */
const UNDER_WAY = 500;

const nodeOf = (n: number): string => `node-${n}`;
const body = (node: string, seq: number): string =>
  JSON.stringify({
    ...{
      type: 'tool.use',
      timestamp: Date.now(),
      sessionId: `session-of-${node}`,
      source: 'claude-code',
      seq,
    },
    data: {
      toolName: 'Bash',
      toolUseId: `t${seq}`,
      input: { command: 'npm test -- --reporter=dot' },
      cwd: '/w',
    },
  });

async function publish(client: JetStreamClient, from: number, to: number): Promise<void> {
  let next = from * NODES;
  const lane = async (): Promise<void> => {
    for (let n = next++; n < to * NODES; n = next++) {
      const [node, seq] = [nodeOf(n % NODES), Math.floor(n / NODES) + 1];
      await client.publish(`hookline.events.${node}.session-of-${node}.tool.use`, body(node, seq), {
        msgID: `${node}:simulated:${seq}`,
      });
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, lane));
}

async function announce(connection: NatsConnection): Promise<void> {
  const bucket = await new Kvm(jetstream(connection)).create('hookline_nodes', { history: 1, ttl: 60_000 });
  const status = JSON.stringify({ online: true, epoch: 'simulated', seq: EACH, version: '0.0.0' });
  await Promise.all(Array.from({ length: NODES }, (_, n) => bucket.put(nodeOf(n), status)));
}

interface Health {
  readonly seq: number;
}

const healthOf = async ({ url }: Daemon): Promise<Health> =>
  (await (await fetch(`${url}/health`)).json()) as Health;

/** Resolves once so many events of every node are there. */
const arrived = (hub: Daemon, each: number): Promise<unknown> =>
  until(
    `all ${NODES} nodes are known up to ${each}`,
    async () => (await knownOf(hub, each)) === NODES,
    300_000,
  );

/** Nodes that are known up to a seq. */
async function knownOf({ url, token }: Daemon, each: number): Promise<number> {
  const answer = await fetch(`${url}/api/nodes`, { headers: { authorization: `Bearer ${token}` } });
  const { nodes } = (await answer.json()) as { nodes: { lastSeq: number }[] };
  return nodes.filter(({ lastSeq }) => lastSeq === each).length;
}

async function* live(hub: Daemon, connection: NatsConnection): Rows {
  const client = jetstream(connection);
  await until('the stream is there', async () => (await healthOf(hub)).seq >= 1);
  await announce(connection);
  const empty = rssOf(hub.pid);
  await publish(client, 0, 1);
  await arrived(hub, 1);
  const what = `memory of a hub for ${NODES} nodes with a session each`;
  yield { id: 'memory', what, unit: 'MB', values: [rssOf(hub.pid) - empty] };
  const [cpu, began] = [cpuOf(hub.pid), performance.now()];
  await publish(client, 1, EACH);
  await arrived(hub, EACH);
  const [events, seconds] = [NODES * (EACH - 1), (performance.now() - began) / 1000];
  yield { id: 'live', what: 'events taken in as they are told', unit: '/s', values: [events / seconds] };
  yield { id: 'live-cpu', what: 'CPU of one', unit: 'µs', values: [(cpuOf(hub.pid) - cpu) / events] };
  yield { id: 'memory-after', what: 'memory in all, afterwards', unit: 'MB', values: [rssOf(hub.pid)] };
}

/** How fast it is by itself: it comes later, and finds all of it. */
async function* catchingUp(url: string): Rows {
  const place = makePlace();
  const began = performance.now();
  const hub = await startHub(place, url, '--log-level', 'warn');
  try {
    await arrived(hub, EACH);
    const seconds = (performance.now() - began) / 1000;
    const what = 'events taken in by a hub that comes later, its start included';
    yield { id: 'later', what, unit: '/s', values: [(NODES * EACH) / seconds] };
    yield { id: 'later-cpu', what: 'CPU of one', unit: 'µs', values: [cpuOf(hub.pid) / (NODES * EACH)] };
  } finally {
    await hub.stop();
    place.remove();
  }
}

export async function* rows(): Rows {
  if (!hasNatsServer())
    return yield { id: 'live', what: 'events taken in by a hub', missing: 'nats-server is not installed' };
  const server = await new NatsServer().start();
  const connection = await connect({ servers: server.url });
  const place = makePlace();
  const hub = await startHub(place, server.url, '--log-level', 'warn');
  try {
    yield* live(hub, connection);
    yield* catchingUp(server.url);
  } finally {
    await hub.stop();
    await connection.close();
    await server.remove();
    place.remove();
  }
}
