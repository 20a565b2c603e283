// What the daemon costs: hook posts in, events out, and the replay of a long log, each beside a control without hookline.
//
//   npm run bench:stream [-- events]
//
// The daemon runs in a process of its own; its CPU time is read from /proc, so that the load generator does not count.
import fs from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import WebSocket from 'ws';
import { type Daemon, type Place, startDaemon } from '../test/support/hookline.ts';
import { fill } from './fill.ts';
import { cpuOf, rssOf } from './process.ts';

const replayed = Number(process.argv[3] ?? 1_000_000);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-bench-'));
const place: Place = {
  hooklineHome: path.join(folder, 'hookline'),
  env: { PATH: process.env['PATH'] ?? '', HOME: folder, CLAUDE_CONFIG_DIR: path.join(folder, 'claude') },
};

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.floor(sorted.length * q)] ?? Number.NaN;

/** Posts `count` hooks over `lanes` kept-alive connections; returns posts a second and the quantiles of one post in ms. */
async function post(
  url: string,
  token: string,
  count: number,
  lanes: number,
): Promise<{ perSec: number; p50: number; p99: number }> {
  const times: number[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const id = `call-${next++}`;
      const body = {
        session_id: 's',
        hook_event_name: 'PreToolUse',
        cwd: '/w',
        tool_name: 'Bash',
        tool_input: { command: 'npm test' },
        tool_use_id: id,
      };
      const from = performance.now();
      const answer = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      await answer.arrayBuffer();
      times.push(performance.now() - from);
    }
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: lanes }, lane));
  const seconds = (performance.now() - from) / 1000;
  times.sort((a, b) => a - b);
  return { perSec: count / seconds, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

interface Reader {
  readonly socket: WebSocket;
  /** Resolves once this many events have come in all. */
  received(count: number): Promise<void>;
}

/** A client that counts events without parsing them, so that the daemon is measured and not the client. */
async function reader(daemon: Daemon, subscribe: object): Promise<Reader> {
  const socket = new WebSocket(`${daemon.url.replace('http', 'ws')}/ws`, {
    headers: { authorization: `Bearer ${daemon.token}` },
  });
  let count = 0;
  let wake: () => void = () => {};
  socket.on('message', (raw: Buffer) => {
    for (let at = raw.indexOf('"timestamp":'); at >= 0; at = raw.indexOf('"timestamp":', at + 1)) count++;
    wake();
  });
  await new Promise(resolve => socket.once('message', resolve));
  count = 0;
  socket.send(JSON.stringify({ type: 'subscribe', topics: ['**'], ...subscribe }));
  return {
    socket,
    async received(wanted) {
      while (count < wanted)
        await new Promise<void>(resolve => {
          wake = resolve;
        });
    },
  };
}

const rows: string[] = [];
const row = (what: string, figures: string): void => {
  rows.push(`${what.padEnd(44)} ${figures}`);
  console.log(rows.at(-1));
};

async function posts(daemon: Daemon): Promise<void> {
  const hookToken = fs.readFileSync(path.join(place.hooklineHome, 'hook-token'), 'utf8').trim();
  const control = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(202).end());
  });
  await new Promise<void>(resolve => control.listen(0, '127.0.0.1', resolve));
  const { port } = control.address() as { port: number };
  for (const lanes of [1, 16]) {
    const bare = await post(`http://127.0.0.1:${port}/hook`, hookToken, 4000, lanes);
    const ours = await post(`${daemon.url}/hook`, hookToken, 4000, lanes);
    const show = (figures: typeof ours): string =>
      `${figures.perSec.toFixed(0).padStart(6)} /s  p50 ${figures.p50.toFixed(2)} ms  p99 ${figures.p99.toFixed(2)} ms`;
    row(`control: bare server, ${lanes} at a time`, show(bare));
    row(`POST /hook, durable, ${lanes} at a time`, show(ours));
  }
  control.close();
}

async function fanOut(daemon: Daemon, clients: number, batch: boolean): Promise<void> {
  const hookToken = fs.readFileSync(path.join(place.hooklineHome, 'hook-token'), 'utf8').trim();
  const events = 2000;
  const run = async (count: number): Promise<number> => {
    const readers = await Promise.all(
      Array.from({ length: count }, () => reader(daemon, { topics: ['prompt.*'], batch })),
    );
    const from = cpuOf(daemon.pid);
    let next = 0;
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        while (next < events) {
          const body = {
            session_id: 's',
            hook_event_name: 'UserPromptSubmit',
            cwd: '/w',
            prompt: `prompt ${next++} ${'x'.repeat(150)}`,
          };
          await (
            await fetch(`${daemon.url}/hook`, {
              method: 'POST',
              headers: { authorization: `Bearer ${hookToken}`, 'content-type': 'application/json' },
              body: JSON.stringify(body),
            })
          ).arrayBuffer();
        }
      }),
    );
    await Promise.all(readers.map(one => one.received(events)));
    const used = cpuOf(daemon.pid) - from;
    for (const { socket } of readers) socket.terminate();
    return used;
  };
  const without = await run(0);
  const withAll = await run(clients);
  const each = ((withAll - without) / (events * clients)) * 1e6;
  row(
    `fan-out to ${clients} clients${batch ? ', batch' : ''}`,
    `${each.toFixed(1)} µs of daemon CPU a delivery`,
  );
}

async function replay(count: number): Promise<void> {
  fs.rmSync(place.hooklineHome, { recursive: true, force: true });
  const file = path.join(place.hooklineHome, 'events.db');
  fill(file, count);
  row(
    `disk, ${count.toLocaleString('en')} events`,
    `${(fs.statSync(file).size / count).toFixed(0)} bytes an event`,
  );
  // A log written by hand has no checkpoint yet; the first stop leaves one, as the daemon does every 5,000 events.
  await (await startDaemon(place)).stop();
  const started = performance.now();
  const daemon = await startDaemon(place);
  row(
    `start with ${count.toLocaleString('en')} events`,
    `${(performance.now() - started).toFixed(0)} ms until it listens, the start of node included`,
  );
  const health = (await (await fetch(`${daemon.url}/health`)).json()) as { epoch: string; seq: number };
  const from = performance.now();
  const cpu = cpuOf(daemon.pid);
  const one = await reader(daemon, { since: { epoch: health.epoch, seq: 0 }, batch: true });
  await one.received(health.seq);
  const seconds = (performance.now() - from) / 1000;
  const used = cpuOf(daemon.pid) - cpu;
  row(
    'replay from disk to one client',
    `${Math.round(health.seq / seconds).toLocaleString('en')} events/s, ${Math.round(health.seq / used).toLocaleString('en')} a second of daemon CPU`,
  );
  row('memory of the daemon after that', `${rssOf(daemon.pid).toFixed(0)} MB`);
  one.socket.terminate();
  await daemon.stop();
}

try {
  const daemon = await startDaemon(place);
  await posts(daemon);
  await fanOut(daemon, 100, false);
  await fanOut(daemon, 100, true);
  await daemon.stop();
  await replay(replayed);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
