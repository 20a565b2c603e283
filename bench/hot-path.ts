// What an event costs on its way in and out, as ratios to a bare node:http and ws server that runs beside it and does nothing else.
//
//   npm run bench:hot-path [-- rounds]
//
// Daemon and control have one core, the load has the other; the two take turns, and each figure is the median of the rounds.
import { execFileSync, fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDaemon } from '../test/support/hookline.ts';
import { burst, Reader, steady, type Target } from './hot/load.ts';
import { cpuMicrosOf } from './process.ts';

const rounds = Number(process.argv[3] ?? 3);
const only = process.argv[4];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-bench-'));
const median = (values: readonly number[]): number => quantile(values, 0.5);
const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN;

interface Server extends Target {
  readonly pid: number;
  /** Events that one hook makes, on average. */
  readonly isOurs: boolean;
  stop(): Promise<unknown>;
}

function pin(pid: number, core: number): void {
  if (os.cpus().length > 1)
    execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
}

async function bare(): Promise<Server> {
  const child = fork(path.join(import.meta.dirname, 'hot/bare-server.js'), {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>(resolve =>
    child.stdout?.once('data', chunk => resolve(Number(chunk))),
  );
  pin(child.pid ?? 0, 0);
  return { pid: child.pid ?? 0, port, token: '', isOurs: false, stop: async () => child.disconnect() };
}

async function ours(): Promise<Server> {
  const home = fs.mkdtempSync(path.join(folder, 'home-'));
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, CLAUDE_CONFIG_DIR: path.join(home, 'claude') };
  const daemon = await startDaemon({ hooklineHome: path.join(home, 'hookline'), env });
  pin(daemon.pid, 0);
  const token = daemon.token;
  return { pid: daemon.pid, port: daemon.port, token, isOurs: true, stop: () => daemon.stop() };
}

/** One measurement of one server: figures by name. */
type Measure = (server: Server, run: string) => Promise<Record<string, number>>;

const everything = { type: 'subscribe', topics: ['hook.*'] };

/** CPU a hook, as fast as eight lanes can, with one client. */
const lanes: Measure = async (server, run) => {
  const count = 6000;
  const reader = new Reader(server, server.isOurs ? everything : undefined);
  await reader.ready;
  const before = cpuMicrosOf(server.pid);
  await burst(server, run, count, 8);
  await reader.received(count);
  const cpu = cpuMicrosOf(server.pid) - before;
  reader.close();
  return { 'µs CPU a hook': cpu / count };
};

/** What a user has: one client, so many hooks a second. */
const user =
  (perSec: number): Measure =>
  async (server, run) => {
    const reader = new Reader(server, server.isOurs ? everything : undefined, true);
    await reader.ready;
    const before = cpuMicrosOf(server.pid);
    const seconds = Math.max(3, 400 / perSec);
    const times = await steady(server, run, perSec, seconds);
    await reader.received(times.length);
    const cpu = cpuMicrosOf(server.pid) - before;
    reader.close();
    return {
      'µs CPU a hook': cpu / times.length,
      'ms to client p50': quantile(reader.delays, 0.5),
      'ms to answer p50': quantile(times, 0.5),
      'ms to answer p99': quantile(times, 0.99),
    };
  };

/** Deliveries to many clients, with what the same hooks cost without a client taken off. */
const crowd =
  (clients: number, perSec: number | 'burst', count: number): Measure =>
  async (server, run) => {
    const post = async (name: string): Promise<void> => {
      if (perSec === 'burst') await burst(server, name, count, 8);
      else await steady(server, name, perSec, count / perSec);
    };
    const from = cpuMicrosOf(server.pid);
    await post(`${run}a`);
    const without = cpuMicrosOf(server.pid) - from;
    const readers = Array.from(
      { length: clients },
      (_, n) => new Reader(server, server.isOurs ? everything : undefined, n === 0),
    );
    await Promise.all(readers.map(reader => reader.ready));
    const before = cpuMicrosOf(server.pid);
    await post(`${run}b`);
    await Promise.all(readers.map(reader => reader.received(count)));
    const cpu = cpuMicrosOf(server.pid) - before;
    for (const reader of readers) reader.close();
    const delays = readers[0]?.delays ?? [];
    await delay(200);
    return {
      'µs CPU a delivery': (cpu - without) / (count * clients),
      'µs CPU a delivery, all of it': cpu / (count * clients),
      'ms to client p50': quantile(delays, 0.5),
      'ms to client p99': quantile(delays, 0.99),
    };
  };

const measures: readonly (readonly [string, Measure])[] = [
  ['8 lanes, 1 client', lanes],
  ['50 hooks/s, 1 client', user(50)],
  ['200 hooks/s, 1 client', user(200)],
  ['500 hooks/s, 1 client', user(500)],
  ['200 clients, burst', crowd(200, 'burst', 1500)],
  ['50 clients, 500 hooks/s', crowd(50, 500, 1500)],
];

pin(process.pid, 1);
const servers = [await bare(), await ours()];
try {
  for (const server of servers) await burst(server, 'aaaa', 3000, 8);
  let run = 0;
  for (const [name, measure] of measures) {
    if (only && !name.includes(only)) continue;
    const results: Record<string, number>[][] = [[], []];
    for (let round = 0; round < rounds; round++)
      for (const [index, server] of servers.entries())
        results[index]?.push(await measure(server, (++run).toString(16).padStart(4, '0')));
    for (const figure of Object.keys(results[0]?.[0] ?? {})) {
      const [control = [], own = []] = results.map(rows => rows.map(row => row[figure] ?? Number.NaN));
      const ratio = median(own.map((value, n) => value / (control[n] ?? Number.NaN)));
      console.log(
        `${name.padEnd(26)} ${figure.padEnd(30)} ${median(own).toFixed(2).padStart(9)}   bare ${median(control).toFixed(2).padStart(9)}   ratio ${ratio.toFixed(2)}`,
      );
    }
  }
} finally {
  for (const server of servers) await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}
