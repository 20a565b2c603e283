// Many clients, and a daemon that is killed again and again under load: every client's sequence is complete, in order, once.
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { expect } from 'vitest';
import type { EventEnvelope } from '../../src/client/index.ts';
import { makePlace } from './cli.ts';
import { afterEveryTest } from './endings.ts';
import { type Daemon, startDaemon } from './hookline.ts';
import { until } from './until.ts';

const PROCESSES = 2;
/** Milliseconds until something counts as not happening; a busy machine takes its time for hundreds of clients. */
const PATIENCE_MS = 120_000;

const children: ChildProcess[] = [];
let daemon: Daemon | undefined;
afterEveryTest(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await daemon?.stop('SIGKILL');
  daemon = undefined;
});

interface Report {
  from: string;
  begun: number;
  last: number;
  wrong: string;
  hash: string;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Posts hooks, several at a time, until the daemon is gone or `stop` fires. */
async function load(
  { url, token }: Daemon,
  name: string,
  stop: AbortSignal,
  onPosted: () => void,
): Promise<void> {
  const lane = async (session_id: string): Promise<void> => {
    for (let n = 0; !stop.aborted; n++) {
      const answer = await fetch(`${url}/hook`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          session_id,
          hook_event_name: 'PreToolUse',
          tool_name: 'Bash',
          tool_input: { command: 'npm test' },
          tool_use_id: `${name}-${session_id}-${n}`,
        }),
      }).catch(() => undefined);
      if (answer?.status !== 202) return;
      onPosted();
    }
  };
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(lane));
}

async function wholeLog({ url, token }: Daemon): Promise<EventEnvelope[]> {
  const events: EventEnvelope[] = [];
  for (;;) {
    const page = `${url}/api/events?after=${events.at(-1)?.seq ?? 0}&limit=1000`;
    const answer = await fetch(page, { headers: { authorization: `Bearer ${token}` } });
    const body = (await answer.json()) as { events: EventEnvelope[]; hasMore: boolean };
    events.push(...body.events);
    if (!body.hasMore) return events;
  }
}

/** A test's time limit for a storm of this size, in milliseconds. */
export function stormTimeout(clients: number, kills: number): number {
  return 60_000 + PATIENCE_MS + clients * kills * 200;
}

/** Lets it storm, and expects that nobody missed or repeated anything. */
export async function storm(clients: number, kills: number): Promise<void> {
  const place = makePlace();
  const port = await freePort();
  const start = async (): Promise<Daemon> => {
    daemon = await startDaemon(place, '--port', String(port));
    return daemon;
  };
  const first = await start();
  const began = performance.now();
  const stands = new Set<string>();
  const reports: Report[] = [];
  for (let n = 0; n < PROCESSES; n++) {
    const share = Math.floor((clients * (n + 1)) / PROCESSES) - Math.floor((clients * n) / PROCESSES);
    const args = [`ws://127.0.0.1:${port}/ws`, first.token, String(share)];
    const child = fork(path.join(import.meta.dirname, 'storm-clients.js'), args, {
      env: place.env,
      execArgv: [],
    });
    children.push(child);
    child.on('message', (message: { standing?: number; report?: Report[] }) => {
      if (message.standing !== undefined) stands.add(`${n}-${message.standing}`);
      reports.push(...(message.report ?? []));
    });
  }
  await until('everybody stands', () => stands.size === clients, PATIENCE_MS);

  const backAfter: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const current = kill === 0 ? first : await start();
    const back = performance.now();
    if (kill > 0) {
      await until(
        'everybody is back',
        async () => (await healthOf(current)).connections === clients,
        PATIENCE_MS,
      );
      backAfter.push(Math.round(performance.now() - back));
    }
    let posted = 0;
    const loading = load(current, `k${kill}`, new AbortController().signal, () => {
      posted++;
    });
    const moment = 100 + Math.random() * 200;
    await until('there is something to lose', () => posted >= moment, PATIENCE_MS);
    await current.stop('SIGKILL');
    await loading;
  }
  const last = await start();
  const stop = new AbortController();
  let posted = 0;
  const loading = load(last, 'end', stop.signal, () => {
    posted++;
  });
  await until('a last word was said', () => posted >= 50, PATIENCE_MS);
  stop.abort();
  await loading;
  const log = await wholeLog(last);
  const head = log.at(-1)?.seq ?? 0;
  for (const child of children) child.send({ head });
  await until('everybody has reported', () => reports.length === clients, PATIENCE_MS);

  expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: head }, (_, index) => index + 1));
  expect(reports.filter(({ wrong, last }) => wrong !== '' || last !== head)).toEqual([]);
  const digest = (begun: number): string => {
    const hash = createHash('sha256');
    for (const event of log.slice(begun)) hash.update(JSON.stringify(event));
    return hash.digest('hex');
  };
  const digests = new Map(
    [...new Set(reports.map(({ begun }) => begun))].map(begun => [begun, digest(begun)]),
  );
  for (const { begun, hash } of reports) expect(hash).toBe(digests.get(begun));
  const took = Math.round(performance.now() - began);
  console.log(
    `storm: ${clients} clients, ${kills} kills, ${head} events, ${took} ms; everybody back after ${backAfter.join(', ')} ms`,
  );
}

async function healthOf({ url }: Daemon): Promise<{ connections: number }> {
  return (await (await fetch(`${url}/health`)).json()) as { connections: number };
}
