// A snapshot as a client of a daemon gets it, to its last byte, and what a hook waits that is posted meanwhile.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import WebSocket from 'ws';
import { SqliteStore } from '../../src/log/index.ts';
import { type Daemon, type Place, startDaemon } from '../../test/support/hookline.ts';
import { agentId, type Crowd, id, type Script, SESSIONS } from '../crowd.ts';
import { cpuOf } from '../process.ts';
import { ms, row, spread } from './rows.ts';

const ROUNDS = 20;

/** Starts a daemon whose log says what the crowd is. */
async function startWith({ projection }: Crowd, folder: string): Promise<Daemon> {
  const place: Place = {
    hooklineHome: path.join(folder, 'hookline'),
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, CLAUDE_CONFIG_DIR: path.join(folder, 'claude') },
  };
  fs.mkdirSync(place.hooklineHome, { recursive: true, mode: 0o700 });
  const store = new SqliteStore(path.join(place.hooklineHome, 'events.db'));
  const event = { seq: 1, timestamp: Date.now(), type: 'system.started', sessionId: '', source: 'hookline' };
  store.append([{ ...event, agentId: undefined, data: '{}', hook: undefined }]);
  store.saveCheckpoint(projection.save());
  store.close();
  return startDaemon(place);
}

/** A client that asks and waits for the whole answer, and does not parse it. */
async function asker(daemon: Daemon): Promise<{ ask: () => Promise<number>; close: () => void }> {
  const socket = new WebSocket(`${daemon.url.replace('http', 'ws')}/ws`, {
    headers: { authorization: `Bearer ${daemon.token}` },
  });
  const answer = (): Promise<number> =>
    new Promise(resolve => socket.once('message', (raw: Buffer) => resolve(raw.length)));
  await answer();
  return {
    ask: () => {
      socket.send('{"type":"get_snapshot"}');
      return answer();
    },
    close: () => socket.terminate(),
  };
}

async function hook(daemon: Daemon, session: number, subagent?: number): Promise<void> {
  const call = { tool_name: 'Bash', tool_input: { command: 'npm test' }, tool_use_id: `t${Math.random()}` };
  const answer = await fetch(`${daemon.url}/hook`, {
    method: 'POST',
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ session_id: id(session), hook_event_name: 'PreToolUse', cwd: '/w', ...call },
      ...(subagent === undefined ? {} : { agent_id: agentId(subagent), agent_type: 'general-purpose' }),
    }),
  });
  if (answer.status !== 202) throw new Error(`the hook was answered with ${answer.status}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** Bytes that lie ready, from a bare server in this process: what the system takes for them. */
async function control(bytes: number): Promise<number[]> {
  const ready = Buffer.alloc(bytes, 'x');
  const server = net.createServer(socket => socket.on('data', () => socket.write(ready)));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let left = bytes;
    const all = new Promise<void>(resolve => {
      const take = (chunk: Buffer): void => {
        left -= chunk.length;
        if (left > 0) return;
        socket.off('data', take);
        resolve();
      };
      socket.on('data', take);
    });
    times.push(
      await timed(() => {
        socket.write('?');
        return all;
      }),
    );
  }
  socket.destroy();
  server.close();
  return times;
}

export async function measureDaemon(crowd: Crowd, script: Script): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-bench-'));
  const daemon = await startWith(crowd, folder);
  try {
    const { ask, close } = await asker(daemon);
    const bytes = await ask();
    row(`control: as many bytes from a bare server, ${script}`, spread(await control(bytes)));
    const measure = async (what: string, before: () => Promise<unknown>, get: () => Promise<unknown>) => {
      const times: number[] = [];
      const waits: number[] = [];
      let cpu = 0;
      for (let round = 0; round < ROUNDS; round++) {
        await before();
        const from = cpuOf(daemon.pid);
        const got = timed(get);
        const posted = timed(() => hook(daemon, round));
        times.push(await got);
        waits.push(await posted);
        cpu += cpuOf(daemon.pid) - from;
      }
      row(`${what}, ${script}`, `${spread(times)}, ${ms((cpu / ROUNDS) * 1000)} of daemon CPU`);
      row('  a hook posted meanwhile', spread(waits));
    };
    let last = 0;
    const everywhere = async (): Promise<void> => {
      last++;
      for (let s = 0; s < SESSIONS; s++) await hook(daemon, s, last);
    };
    const overHttp = async (): Promise<void> => {
      const headers = { authorization: `Bearer ${daemon.token}` };
      await (await fetch(`${daemon.url}/api/snapshot`, { headers })).arrayBuffer();
    };
    await measure('get_snapshot, to the last byte, after an event', () => hook(daemon, 7, 9), ask);
    await measure('get_snapshot, to the last byte, after one in every session', everywhere, ask);
    await measure('GET /api/snapshot, after an event', () => hook(daemon, 7, 9), overHttp);
    if ((await ask()) < bytes / 2)
      throw new Error('the crowd has left: what was measured is not what it says');
    close();
  } finally {
    await daemon.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
