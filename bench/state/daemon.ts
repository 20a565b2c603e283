// A snapshot as a client of a daemon gets it, to its last byte, and what a hook waits that is posted meanwhile.
import fs from 'node:fs';
import net from 'node:net';
import WebSocket from 'ws';
import { SqliteStore } from '../../src/log/index.ts';
import type { Daemon } from '../../test/support/hookline.ts';
import type { Rows } from '../report/row.ts';
import { median, quantile, timed } from '../support/numbers.ts';
import { type BenchPlace, startAlone } from '../support/place.ts';
import { poster } from '../support/post.ts';
import { cpuOf } from '../support/process.ts';
import { agentId, type Crowd, id, type Script, SESSIONS } from './crowd.ts';

const ROUNDS = 20;

/** Writes a log that says what the crowd is. */
function save({ projection }: Crowd, { hooklineHome, log }: BenchPlace): void {
  fs.mkdirSync(hooklineHome, { recursive: true, mode: 0o700 });
  const store = new SqliteStore(log);
  const event = { seq: 1, timestamp: Date.now(), type: 'system.started', sessionId: '', source: 'hookline' };
  store.append([{ ...event, agentId: undefined, data: '{}', hook: undefined }]);
  store.saveCheckpoint(projection.save());
  store.close();
}

/** A client that asks and waits for the whole answer, and does not parse it; resolves with the bytes. */
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

const hook = (session: number, subagent?: number): object => ({
  ...{ session_id: id(session), hook_event_name: 'PreToolUse', cwd: '/w', tool_name: 'Bash' },
  ...{ tool_input: { command: 'npm test' }, tool_use_id: `t${Math.random()}` },
  ...(subagent === undefined ? {} : { agent_id: agentId(subagent), agent_type: 'general-purpose' }),
});

/** Bytes that lie ready, from a bare server in this process: what the system takes for them. */
async function readyBytes(bytes: number): Promise<number> {
  const ready = Buffer.alloc(bytes, 'x');
  const server = net.createServer(socket => socket.on('data', () => socket.write(ready)));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
  let left = 0;
  let done: () => void = () => {};
  socket.on('data', chunk => {
    left -= chunk.length;
    if (left <= 0) done();
  });
  const ask = (): Promise<void> =>
    new Promise(resolve => {
      left = bytes;
      done = resolve;
      socket.write('?');
    });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await timed(ask));
  socket.destroy();
  server.close();
  return median(times);
}

export async function* daemonRows(crowd: Crowd, script: Script): Rows {
  const daemon = await startAlone(place => save(crowd, place));
  const { one, post, close } = poster(daemon);
  try {
    const { ask, close: leave } = await asker(daemon);
    const bytes = await ask();
    const control = { what: 'as many bytes that lie ready', values: [await readyBytes(bytes)] };
    const headers = { authorization: `Bearer ${daemon.token}` };
    const overHttp = async (): Promise<void> => {
      await (await fetch(`${daemon.url}/api/snapshot`, { headers })).arrayBuffer();
    };
    let last = 0;
    const everywhere = (): Promise<void> => {
      last++;
      return post(SESSIONS, session => hook(session, last));
    };
    const inOne = (): Promise<void> => one(hook(7, 9));
    for (const [name, what, before, get] of [
      ['get', 'get_snapshot after an event', inOne, ask],
      ['get-all', 'get_snapshot after one in every session', everywhere, ask],
      ['http', 'GET /api/snapshot after an event', inOne, overHttp],
    ] as const) {
      const times: number[] = [];
      const waits: number[] = [];
      let cpu = 0;
      for (let round = 0; round < ROUNDS; round++) {
        await before();
        const from = cpuOf(daemon.pid);
        const got = timed(get);
        waits.push(await timed(() => one(hook(round))));
        times.push(await got);
        cpu += cpuOf(daemon.pid) - from;
      }
      const row = (part: string, about: string, value: number) => ({
        ...{ id: `${name}${part}-${script.toLowerCase()}`, what: `${what}, ${script}: ${about}`, unit: 'ms' },
        values: [value],
      });
      yield { ...row('', 'to its last byte, p50', median(times)), control };
      yield row('-cpu', "the daemon's CPU for it", cpu / ROUNDS / 1000);
      yield row('-hook', 'a hook posted meanwhile, the slowest', quantile(waits, 1));
    }
    if ((await ask()) < bytes / 2)
      throw new Error('the crowd has left: what was measured is not what it says');
    leave();
  } finally {
    close();
    await daemon.stop();
  }
}
