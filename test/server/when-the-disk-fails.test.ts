// A disk that takes nothing, or gives nothing back: the daemon says so, goes on, and never lies about what it has.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Config, loadConfig } from '../../src/config/index.ts';
import { EventLog, MemoryStore } from '../../src/log/index.ts';
import { type Daemon, makeLogger, startDaemon } from '../../src/server/index.ts';
import { connect } from '../support/ws.ts';

let root: string;
let home: string;
let daemon: Daemon | undefined;
let logged: string[];
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-disk-'));
  home = path.join(root, '.hookline');
  logged = [];
});
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
  fs.rmSync(root, { recursive: true, force: true });
});

async function start(changes: Partial<Config> = {}): Promise<Daemon> {
  const config = {
    ...loadConfig({ env: {}, homedir: root, flags: { port: '0', hooks: false } }),
    ...changes,
  };
  daemon = await startDaemon(config, { logger: makeLogger('debug', line => logged.push(line)) });
  return daemon;
}

const token = (): string => fs.readFileSync(path.join(home, 'token'), 'utf8').trim();

async function post(to: Daemon, message: string): Promise<number> {
  const answer = await fetch(`${to.url}/hook`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ session_id: 's', hook_event_name: 'Notification', message }),
  });
  return answer.status;
}

const health = async (of: Daemon): Promise<unknown> => (await fetch(`${of.url}/health`)).json();

it('serves all the same when nothing can be left on the disk for others to find it', async () => {
  fs.mkdirSync(path.join(home, 'daemon.json'), { recursive: true });
  fs.writeFileSync(path.join(home, 'hooks'), 'in the way');
  const running = await start();
  expect(await post(running, 'hello')).toBe(202);
  expect(logged.some(line => line.includes('cannot be told where the daemon is'))).toBe(true);
  expect(logged.some(line => line.includes('daemon.json: it cannot be written'))).toBe(true);
});

it('goes on in memory when the store cannot be opened, and says so', async () => {
  fs.mkdirSync(path.join(home, 'events.db'), { recursive: true });
  const running = await start();
  expect(await health(running)).toMatchObject({ status: 'degraded' });
  expect(await post(running, 'hello')).toBe(202);
  const client = await connect({ port: running.port, token: token() });
  const history = await client.ask({ type: 'get_session_history', sessionId: 's' });
  expect(history).toMatchObject({
    type: 'session_history',
    events: [{ type: 'session.discovered' }, { data: { message: 'hello' } }],
  });
  client.close();
});

it('sends clients to a new epoch when what they ask for cannot be read any more', async () => {
  const running = await start({ ringEvents: 5 });
  for (let index = 0; index < 300; index++)
    expect(await post(running, `${index} ${'x'.repeat(500)}`)).toBe(202);
  const client = await connect({ port: running.port, token: token() });
  const file = path.join(home, 'events.db');
  for (const name of [file, `${file}-wal`]) {
    const size = fs.statSync(name).size;
    const garbage = fs.openSync(name, 'r+');
    fs.writeSync(garbage, Buffer.alloc(size, 0x5a), 0, size, 0);
    fs.closeSync(garbage);
  }
  const { epoch } = running;
  client.send({ type: 'subscribe', topics: ['**'], since: { epoch, seq: 0 } });
  const how = await Promise.race([client.closed, client.waitFor(frame => frame.seq === 300)]);
  // What SQLite still had in its cache may have been enough; if it was not, nothing is skipped silently.
  if ('code' in how) {
    expect(how.code).toBe(1001);
    expect(await health(running)).toMatchObject({ status: 'degraded' });
    expect(running.epoch).not.toBe(epoch);
  }
  expect(await post(running, 'after')).toBe(202);
  client.close();
});

it('a log whose store cannot be read begins another epoch, and keeps its head', () => {
  const ring = { events: 2, bytes: 1e9 };
  const draft = { type: 'test', timestamp: 0, sessionId: 's', source: 'test', data: {} };
  const store = new MemoryStore('old', { events: 100, bytes: 1e9 });
  store.read = () => {
    throw new Error('the disk is gone');
  };
  const told: string[] = [];
  const log = new EventLog(store, { ring, failed: problem => told.push(problem) });
  log.append([draft, draft, draft, draft]);
  const all = { events: 10, bytes: 1e9 };
  expect(() => log.read(0, all)).toThrow('the disk is gone');
  expect(log.epoch).not.toBe('old');
  expect([log.head, log.oldest, log.read(2, all).map(({ seq }) => seq)]).toEqual([4, 3, [3, 4]]);
  expect(told.length).toBe(1);
});
