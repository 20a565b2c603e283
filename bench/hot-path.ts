// What an event costs on its way in and out, beside a bare node:http and ws server that does nothing else with it.
//
// Daemon and control have one core, the load has the other; the two take turns at going first, with the same bodies at the same
// pace, and send as many bytes to as many clients. Both are measured from outside, by what /proc says of them.
import { fork } from 'node:child_process';
import path from 'node:path';
import { type Aim, atLeast, atMost, type Rows } from './report/row.ts';
import { burst, EVERY_HOOK, Reader, steady, type Target } from './support/load.ts';
import { quantile } from './support/numbers.ts';
import { startAlone } from './support/place.ts';
import { cpuOf, pin } from './support/process.ts';

const ROUNDS = 3;
/** Seconds for which hooks come at a rate, and how many are the least. */
const SECONDS = 3;
const LEAST_HOOKS = 400;
/** Bytes of an event may differ by that part between the two, or the comparison is not what it says. */
const SAME = 0.15;

interface Server extends Target {
  readonly pid: number;
  readonly isOurs: boolean;
  stop(): unknown;
}

async function bare(): Promise<Server> {
  const child = fork(path.join(import.meta.dirname, 'hot-path-bare.js'), {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>(resolve =>
    child.stdout?.once('data', chunk => resolve(Number(chunk))),
  );
  return { pid: child.pid ?? 0, port, token: '', isOurs: false, stop: () => child.disconnect() };
}

const ours = async (): Promise<Server> => ({ ...(await startAlone()), isOurs: true });

async function readers(server: Server, count: number): Promise<Reader[]> {
  const all = Array.from(
    { length: count },
    (_, index) => new Reader(server, server.isOurs ? EVERY_HOOK : undefined, index === 0),
  );
  await Promise.all(all.map(({ ready }) => ready));
  return all;
}

interface Measured {
  readonly hooks: number;
  /** µs of the server's CPU, until every client had every event. */
  readonly cpu: number;
  /** The same for as many hooks before them that nobody listened to; of a crowd only. */
  readonly cpuUnheard: number;
  /** Milliseconds from a hook to the first client. */
  readonly delays: readonly number[];
  /** Milliseconds until hooks were answered. */
  readonly answers: readonly number[];
  readonly bytesAnEvent: number;
}

interface Load {
  readonly clients: number;
  readonly hooks: number;
  /** Without it: as fast as eight lanes can. */
  readonly perSec?: number;
}

let runs = 0;

async function measure(server: Server, load: Load): Promise<Measured> {
  const { clients, hooks, perSec } = load;
  const cpuUnheard = clients > 1 ? (await measure(server, { ...load, clients: 0 })).cpu : 0;
  const all = await readers(server, clients);
  const name = `run${++runs}`;
  const before = cpuOf(server.pid);
  const answers = perSec
    ? await steady(server, name, perSec, hooks / perSec)
    : await burst(server, name, hooks, 8);
  await Promise.all(all.map(reader => reader.received(hooks)));
  const cpu = cpuOf(server.pid) - before;
  for (const reader of all) reader.close();
  const [{ delays, bytes } = { delays: [], bytes: 0 }] = all;
  return { hooks, cpu, cpuUnheard, delays, answers, bytesAnEvent: bytes / hooks };
}

interface Wanted {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly of: (measured: Measured) => number;
  readonly aim?: Aim;
}

const cpuAHook = { what: 'CPU a hook', unit: 'µs', of: (one: Measured) => one.cpu / one.hooks };
const atClient = (part: number) => ({ unit: 'ms', of: (one: Measured) => quantile(one.delays, part) });
const answered = (part: number) => ({ unit: 'ms', of: (one: Measured) => quantile(one.answers, part) });

const user = (perSec: number): { what: string; load: Load; rows: Wanted[] } => ({
  what: `${perSec} hooks a second, one client`,
  load: { clients: 1, hooks: Math.max(LEAST_HOOKS, perSec * SECONDS), perSec },
  rows: [
    { id: `cpu-${perSec}`, ...cpuAHook, aim: atMost(2) },
    { id: `to-client-${perSec}`, what: 'hook to client, p50', ...atClient(0.5), aim: atMost(1.3) },
    { id: `answer-p50-${perSec}`, what: 'hook to answer, p50', ...answered(0.5) },
    { id: `answer-p99-${perSec}`, what: 'hook to answer, p99', ...answered(0.99), aim: atMost(1.5) },
  ],
});

const deliveries = ({ clients }: Load) => ({
  perCpuSecond: (one: Measured) => (one.hooks * clients) / (one.cpu / 1e6),
  cpuEach: (one: Measured) => one.cpu / (one.hooks * clients),
  /** Without what the hooks cost that are delivered. */
  cpuEachAlone: (one: Measured) => (one.cpu - one.cpuUnheard) / (one.hooks * clients),
});

function crowds(): { what: string; load: Load; rows: Wanted[] }[] {
  const many = { clients: 200, hooks: 1500 };
  const some = { clients: 50, hooks: 1500, perSec: 500 };
  return [
    {
      what: '200 clients, hooks as fast as 8 lanes can',
      load: many,
      rows: [
        {
          id: 'crowd-200',
          what: 'deliveries a second of CPU',
          unit: '',
          of: deliveries(many).perCpuSecond,
          aim: atLeast(6),
        },
        {
          id: 'crowd-200-alone',
          what: 'CPU a delivery, the hooks themselves apart',
          unit: 'µs',
          of: deliveries(many).cpuEachAlone,
        },
      ],
    },
    {
      what: '50 clients, 500 hooks a second',
      load: some,
      rows: [
        {
          id: 'crowd-50',
          what: 'CPU a delivery',
          unit: 'µs',
          of: deliveries(some).cpuEach,
          aim: atMost(0.6),
        },
        {
          id: 'crowd-50-alone',
          what: 'CPU a delivery, the hooks themselves apart',
          unit: 'µs',
          of: deliveries(some).cpuEachAlone,
        },
        { id: 'crowd-50-p50', what: 'hook to client, p50', ...atClient(0.5), aim: atMost(2, 'value') },
        { id: 'crowd-50-p99', what: 'hook to client, p99', ...atClient(0.99), aim: atMost(10, 'value') },
      ],
    },
  ];
}

const LANES = {
  what: '8 lanes as fast as they can, one client',
  load: { clients: 1, hooks: 6000 },
  rows: [{ id: 'lanes', ...cpuAHook, aim: atMost(2) }],
};

function refuseUnlike(own: Measured, control: Measured): void {
  const ratio = own.bytesAnEvent / control.bytesAnEvent;
  if (Math.abs(ratio - 1) > SAME)
    throw new Error(
      `an event has ${own.bytesAnEvent.toFixed(0)} bytes here and ${control.bytesAnEvent.toFixed(0)} in the control`,
    );
}

export async function* rows(): Rows {
  pin(process.pid, 1);
  const servers = [await ours(), await bare()] as const;
  for (const { pid } of servers) pin(pid, 0);
  try {
    // What is compiled only after a while, in both.
    for (const server of servers) await measure(server, { clients: 1, hooks: 4000 });
    for (const { what, load, rows } of [LANES, user(50), user(200), user(500), ...crowds()]) {
      const own: Measured[] = [];
      const control: Measured[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        for (const server of round % 2 === 0 ? servers : servers.toReversed())
          (server.isOurs ? own : control).push(await measure(server, load));
        refuseUnlike(own[round] as Measured, control[round] as Measured);
      }
      for (const row of rows)
        yield {
          ...{ id: row.id, what: `${what}: ${row.what}`, unit: row.unit, aim: row.aim },
          values: own.map(row.of),
          control: { what: 'node:http and ws', values: control.map(row.of) },
        };
    }
  } finally {
    for (const server of servers) await server.stop();
  }
}
