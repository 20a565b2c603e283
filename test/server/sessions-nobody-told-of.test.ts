// Sessions that no hook told of: those that live when the daemon starts, and those that came and went while it was away.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { type Daemon, makeLogger, startDaemon } from '../../src/server/index.ts';
import { type FakeClient, startFakeClient } from '../support/claude/register.ts';
import type { Frame } from '../support/frames.ts';
import { until } from '../support/until.ts';

const recorded = fs
  .readFileSync(path.join(import.meta.dirname, '../fixtures/transcript-simple.jsonl'), 'utf8')
  .trim()
  .split('\n');

/** Moves the recorded times to those of a session that ended some seconds ago. */
const recently = (): number => Date.now() - 5000 - Math.max(...recorded.map(timeOf));

function timeOf(line: string): number {
  const { timestamp } = JSON.parse(line) as { timestamp?: string };
  return timestamp === undefined ? 0 : Date.parse(timestamp);
}

let root: string;
let config: string;
let daemon: Daemon | undefined;
const clients: FakeClient[] = [];
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-found-'));
  config = path.join(root, '.claude');
  fs.mkdirSync(path.join(config, 'sessions'), { recursive: true });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map(client => client.kill()));
  await daemon?.stop();
  daemon = undefined;
  fs.rmSync(root, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const options = loadConfig({ env: {}, homedir: root, flags: { port: '0', hooks: false } });
  daemon = await startDaemon(options, { logger: makeLogger('silent', () => {}) });
}

async function stop(): Promise<void> {
  await daemon?.stop();
  daemon = undefined;
}

const id = (digit: number): string => `${`${digit}`.repeat(8)}-1111-4222-8333-444444444444`;
const transcriptOf = (sessionId: string, folder = '-w'): string =>
  path.join(config, 'projects', folder, `${sessionId}.jsonl`);

/** Writes lines of the recorded transcript as those of another session, moved in time. */
function write(sessionId: string, lines: readonly string[], shiftMs = 0, folder?: string): void {
  const file = transcriptOf(sessionId, folder);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (const text of lines) {
    const line = JSON.parse(text) as Record<string, unknown>;
    const { timestamp } = line;
    if (typeof timestamp === 'string')
      line['timestamp'] = new Date(Date.parse(timestamp) + shiftMs).toISOString();
    fs.appendFileSync(file, `${JSON.stringify({ ...line, sessionId })}\n`);
  }
}

async function get(target: string, name: string): Promise<Frame[]> {
  const token = fs.readFileSync(path.join(root, '.hookline/token'), 'utf8').trim();
  const answer = await fetch(`${daemon?.url}${target}`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as Record<string, Frame[]>)[name] ?? [];
}
const sessions = (): Promise<Frame[]> => get('/api/sessions', 'sessions');
const eventsOf = async (sessionId: string): Promise<Frame[]> =>
  (await get(`/api/events?after=0&limit=1000&sessionId=${sessionId}`, 'events')).filter(
    event => event['source'] === 'claude-code',
  );
const count = (events: readonly Frame[], type: string): number =>
  events.filter(event => event.type === type).length;
const toldOf = async (sessionId: string): Promise<number[]> => {
  const events = await eventsOf(sessionId);
  return [
    'session.discovered',
    'prompt.submitted',
    'tool.use',
    'tool.result',
    'turn.completed',
    'message.assistant',
    'session.removed',
  ].map(type => count(events, type));
};
const removed = (sessionId: string): Promise<Frame> =>
  until(`${sessionId} is over`, async () =>
    (await eventsOf(sessionId)).find(event => event.type === 'session.removed'),
  );
/** The daemon has left word that everything up to now is told. */
const untilTouched = (): Promise<boolean> =>
  until('the daemon left word', () => fs.existsSync(path.join(root, '.hookline/last-run')));

async function open(sessionId: string, fields: Record<string, unknown> = {}): Promise<FakeClient> {
  const client = await startFakeClient(config);
  clients.push(client);
  client.register({ sessionId, startedAt: Date.now() - 60_000, ...fields });
  return client;
}

describe('a session that lives when the daemon starts for the first time', () => {
  it('is found, caught up, and removed when its process is killed', async () => {
    write(id(1), recorded);
    write(id(2), recorded);
    const client = await open(id(1), { name: 'a title', cwd: '/home/dev/project' });
    await start();
    const cost = await until('all of it is told', async () =>
      (await eventsOf(id(1))).find(event => Number(event.data?.['costUsd']) > 0.044),
    );
    expect(cost).toBeDefined();
    const events = await eventsOf(id(1));
    expect(events[0]).toMatchObject({
      type: 'session.discovered',
      data: {
        startedBy: 'found',
        cwd: '/home/dev/project',
        pid: client.pid,
        name: 'a title',
        transcriptPath: transcriptOf(id(1)),
        recovered: true,
      },
    });
    expect(await toldOf(id(1))).toEqual([1, 2, 3, 3, 2, 6, 0]);
    const use = events.find(event => event.type === 'tool.use');
    expect(use).toMatchObject({ timestamp: 1_795_189_013_036, data: { toolName: 'Bash', recovered: true } });
    expect(await sessions()).toMatchObject([{ sessionId: id(1), name: 'a title', pid: client.pid }]);
    await client.kill();
    expect((await removed(id(1))).data?.['reason']).toBe('process_exited');
    // The other transcript is of a session that was over before hookline was there.
    expect(await eventsOf(id(2))).toEqual([]);
  });

  it('is found though it has no transcript yet, which is read once it appears', async () => {
    await open(id(1));
    await start();
    await until('it is found', async () => (await sessions()).length === 1);
    write(id(1), recorded);
    await until('its transcript is read', async () => (await toldOf(id(1)))[3] === 3);
    expect(await toldOf(id(1))).toEqual([1, 2, 3, 3, 2, 6, 0]);
    const [update] = (await eventsOf(id(1)))
      .filter(event => 'transcriptPath' in (event.data ?? {}))
      .slice(-1);
    expect(update).toMatchObject({ type: 'session.updated', data: { transcriptPath: transcriptOf(id(1)) } });
  });

  it('is not told again by the next daemon', async () => {
    write(id(1), recorded);
    await open(id(1));
    await start();
    await until('it is caught up', async () => (await toldOf(id(1)))[5] === 6);
    await untilTouched();
    await stop();
    await start();
    await open(id(2));
    await until('the next one has looked around', async () => (await sessions()).length === 2);
    expect(await toldOf(id(1))).toEqual([1, 2, 3, 3, 2, 6, 0]);
  });
});

describe('a session that came and went while the daemon was away', () => {
  beforeEach(async () => {
    await start();
    await untilTouched();
    await stop();
    const hourAgo = Date.now() / 1000 - 3600;
    fs.utimesSync(path.join(root, '.hookline/last-run'), hourAgo, hourAgo);
  });

  it('is told as it was, at its own times, and is over', async () => {
    const shift = recently();
    write(id(1), recorded, shift);
    await start();
    const end = await removed(id(1));
    expect(await toldOf(id(1))).toEqual([1, 2, 3, 3, 2, 6, 1]);
    const events = await eventsOf(id(1));
    expect(events[0]).toMatchObject({
      type: 'session.discovered',
      data: { startedBy: 'found', transcriptPath: transcriptOf(id(1)), recovered: true },
    });
    expect(events.find(event => event.type === 'tool.use')?.timestamp).toBe(1_795_189_013_036 + shift);
    expect(events.at(-1)).toBe(events.find(event => event.type === 'session.removed'));
    expect(end.data).toMatchObject({ reason: 'process_exited', recovered: true });
    expect(end.timestamp).toBe(events.findLast(event => event.type === 'message.assistant')?.timestamp);
    expect(await sessions()).toEqual([]);
    await untilTouched();
    await stop();
    await start();
    await open(id(9));
    await until('the next one has looked around', async () => (await sessions()).length === 1);
    expect(await toldOf(id(1))).toEqual([1, 2, 3, 3, 2, 6, 1]);
  });

  it('is told only from where the last daemon left, if it had begun before', async () => {
    const firstTurn = recorded.findIndex(line => line.includes('"RUN:hi"'));
    write(id(1), recorded.slice(0, firstTurn));
    write(id(1), recorded.slice(firstTurn), recently());
    await start();
    await removed(id(1));
    const prompts = (await eventsOf(id(1))).filter(event => event.type === 'prompt.submitted');
    expect(prompts.map(event => event.data?.['prompt'])).toEqual(['RUN:hi']);
    expect((await toldOf(id(1)))[2]).toBe(0);
  });

  it('is left alone if nobody said anything in it', async () => {
    write(id(1), recorded);
    fs.appendFileSync(transcriptOf(id(1)), '{"type":"mode","mode":"normal"}\n');
    write(id(2), recorded, recently());
    await start();
    await removed(id(2));
    expect(await eventsOf(id(1))).toEqual([]);
  });
});

it('a session that went on while the daemon was away, and is over, is told on from where it was, nothing twice', async () => {
  const half = recorded.findIndex(line => line.includes('"RUN:hi"'));
  write(id(1), recorded.slice(0, half));
  const client = await open(id(1));
  await start();
  await until('the first half is told', async () => (await toldOf(id(1)))[3] === 3);
  await untilTouched();
  await stop();
  await client.kill();
  write(id(1), recorded.slice(half), recently());
  await start();
  const end = await removed(id(1));
  expect(end.data).toMatchObject({ reason: 'process_exited', recovered: true });
  expect(await toldOf(id(1))).toEqual([1, 2, 3, 3, 2, 6, 1]);
  expect((await eventsOf(id(1))).at(-1)?.type).toBe('session.removed');
});
