// What a broker costs the daemon, and those whose hooks it takes: while it is there, away, or takes the connection and says nothing.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { type BrokerName, findBroker, unique } from '../test/support/brokers.ts';
import type { Daemon } from '../test/support/hookline.ts';
import { until } from '../test/support/until.ts';
import type { Rows } from './report/row.ts';
import { burst, steady, type Target } from './support/load.ts';
import { quantile } from './support/numbers.ts';
import { startAlone } from './support/place.ts';
import { cpuOf, rssOf } from './support/process.ts';

const RATE = 200;
const SECONDS = 10;
const BURST = 5000;
const KINDS: readonly BrokerName[] = ['amqp', 'mqtt', 'redis', 'nats'];

interface Cost {
  readonly p50: number;
  readonly p99: number;
  /** Microseconds a hook. */
  readonly cpu: number;
  readonly memory: number;
}

type Started = Awaited<ReturnType<typeof startAlone>>;

/** A daemon whose events go out to a broker; without a URL to none. */
const withBroker = (url: string | undefined): Promise<Started> =>
  startAlone(({ hooklineHome }) => {
    if (url === undefined) return;
    const brokers = [{ url, label: 'broker', node: unique('bench-'), events: ['**'] }];
    fs.mkdirSync(hooklineHome, { recursive: true });
    fs.writeFileSync(path.join(hooklineHome, 'config.json'), JSON.stringify({ brokers }));
  });

async function standing({ url }: Daemon): Promise<{ state: string; behind: number } | undefined> {
  const health = (await (await fetch(`${url}/health`)).json()) as {
    brokers?: { state: string; behind: number }[];
  };
  return health.brokers?.[0];
}

const target = ({ port, place }: Started): Target => ({
  port,
  token: fs.readFileSync(path.join(place.hooklineHome, 'hook-token'), 'utf8').trim(),
});

async function costOf(url: string | undefined, isUp: boolean): Promise<Cost> {
  const daemon = await withBroker(url);
  try {
    if (isUp)
      await until('the broker is there', async () => (await standing(daemon))?.state === 'up', 30_000);
    await steady(target(daemon), 'warm', RATE, 2);
    const before = cpuOf(daemon.pid);
    const times = await steady(target(daemon), 'run', RATE, SECONDS);
    const cpu = (cpuOf(daemon.pid) - before) / times.length;
    return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), cpu, memory: rssOf(daemon.pid) };
  } finally {
    await daemon.stop();
  }
}

/** Takes connections, and says nothing. */
async function mute(): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer(socket => void sockets.add(socket.on('error', () => {})));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

async function* costRows(id: string, what: string, url: string, isUp: boolean): Rows {
  const [cost, none] = [await costOf(url, isUp), await costOf(undefined, false)];
  const row = (part: keyof Cost, words: string, unit: string) => ({
    ...{ id: `${id}-${part}`, what: `${words}, ${what}`, unit, values: [cost[part]] },
    control: { what: 'with no broker', values: [none[part]] },
  });
  yield row('p50', `the answer to a hook at ${RATE} a second: p50`, 'ms');
  yield row('p99', 'the same: p99', 'ms');
  yield row('cpu', 'CPU of a hook', 'µs');
  yield row('memory', 'memory of the daemon', 'MB');
}

/** Events a second, from the first hook until the broker has confirmed the last. */
async function* rateRow(kind: BrokerName): Rows {
  const what = `events out to ${kind}, ${BURST.toLocaleString('en')} hooks at once`;
  const url = await findBroker(kind);
  if (url === undefined) return yield { id: `rate-${kind}`, what, missing: 'no such broker listens here' };
  const daemon = await withBroker(url);
  try {
    await until('the broker is there', async () => (await standing(daemon))?.state === 'up', 30_000);
    const { seq: first } = (await (await fetch(`${daemon.url}/health`)).json()) as { seq: number };
    const from = performance.now();
    await burst(target(daemon), 'burst', BURST, 8);
    await until('all went out', async () => (await standing(daemon))?.behind === 0, 300_000);
    const seconds = (performance.now() - from) / 1000;
    const { seq: last } = (await (await fetch(`${daemon.url}/health`)).json()) as { seq: number };
    yield { id: `rate-${kind}`, what, unit: '/s', values: [(last - first) / seconds] };
  } finally {
    await daemon.stop();
  }
}

export async function* rows(): Rows {
  for (const kind of KINDS) {
    const url = await findBroker(kind);
    if (url !== undefined) yield* costRows(`up-${kind}`, `with ${kind} there`, url, true);
  }
  yield* costRows('away', 'with a broker that is away', 'amqp://127.0.0.1:1', false);
  const silent = await mute();
  yield* costRows(
    'mute',
    'with one that takes the connection and says nothing',
    `amqp://127.0.0.1:${silent.port}`,
    false,
  );
  silent.close();
  for (const kind of KINDS) yield* rateRow(kind);
}
