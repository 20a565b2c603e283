// Sessions that no hook told of: those that live when the daemon starts, and those that came and went while it was away.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
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

/** A home with a register, and the daemon that may run in it. */
class Lab {
  readonly root: string = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-found-'));
  readonly config: string = path.join(this.root, '.claude');
  #daemon: Daemon | undefined;
  readonly #clients: FakeClient[] = [];

  constructor() {
    fs.mkdirSync(path.join(this.config, 'sessions'), { recursive: true });
  }

  async end(): Promise<void> {
    await Promise.all(this.#clients.map(client => client.kill()));
    await this.stop();
    fs.rmSync(this.root, { recursive: true, force: true });
  }

  async start(): Promise<void> {
    const options = loadConfig({ env: {}, homedir: this.root, flags: { port: '0', hooks: false } });
    this.#daemon = await startDaemon(options, { logger: makeLogger('silent', () => {}) });
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop();
    this.#daemon = undefined;
  }

  /** Has had a daemon until an hour ago. */
  async wasWatched(): Promise<void> {
    await this.start();
    await this.untilTouched();
    await this.stop();
    const hourAgo = Date.now() / 1000 - 3600;
    fs.utimesSync(path.join(this.root, '.hookline/last-run'), hourAgo, hourAgo);
  }

  transcriptOf(sessionId: string, folder = '-w'): string {
    return path.join(this.config, 'projects', folder, `${sessionId}.jsonl`);
  }

  /** Writes lines of the recorded transcript as those of another session, moved in time. */
  write(sessionId: string, lines: readonly string[], shiftMs = 0, folder?: string): void {
    const file = this.transcriptOf(sessionId, folder);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    for (const text of lines) {
      const line = JSON.parse(text) as Record<string, unknown>;
      const { timestamp } = line;
      if (typeof timestamp === 'string')
        line['timestamp'] = new Date(Date.parse(timestamp) + shiftMs).toISOString();
      fs.appendFileSync(file, `${JSON.stringify({ ...line, sessionId })}\n`);
    }
  }

  async #get(target: string, name: string): Promise<Frame[]> {
    const token = fs.readFileSync(path.join(this.root, '.hookline/token'), 'utf8').trim();
    const answer = await fetch(`${this.#daemon?.url}${target}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return ((await answer.json()) as Record<string, Frame[]>)[name] ?? [];
  }

  sessions(): Promise<Frame[]> {
    return this.#get('/api/sessions', 'sessions');
  }

  async eventsOf(sessionId: string): Promise<Frame[]> {
    const events = await this.#get(`/api/events?after=0&limit=1000&sessionId=${sessionId}`, 'events');
    return events.filter(event => event['source'] === 'claude-code');
  }

  async toldOf(sessionId: string): Promise<number[]> {
    const events = await this.eventsOf(sessionId);
    return [
      'session.discovered',
      'prompt.submitted',
      'tool.use',
      'tool.result',
      'turn.completed',
      'message.assistant',
      'session.removed',
    ].map(type => events.filter(event => event.type === type).length);
  }

  removed(sessionId: string): Promise<Frame> {
    return until(`${sessionId} is over`, async () =>
      (await this.eventsOf(sessionId)).find(event => event.type === 'session.removed'),
    );
  }

  /** The daemon has left word that everything up to now is told. */
  untilTouched(): Promise<boolean> {
    return until('the daemon left word', () => fs.existsSync(path.join(this.root, '.hookline/last-run')));
  }

  async open(sessionId: string, fields: Record<string, unknown> = {}): Promise<FakeClient> {
    const client = await startFakeClient(this.config);
    this.#clients.push(client);
    client.register({ sessionId, startedAt: Date.now() - 60_000, ...fields });
    return client;
  }
}

/** Each test waits for the looks of a daemon of its own, seconds apart, so they wait side by side. */
const it = test.extend<{ lab: Lab }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it which fixtures this one needs
  lab: async ({}, use) => {
    const lab = new Lab();
    await use(lab);
    await lab.end();
  },
});
const id = (digit: number): string => `${`${digit}`.repeat(8)}-1111-4222-8333-444444444444`;

describe.concurrent('a session that lives when the daemon starts for the first time', () => {
  it('is found, caught up, and removed when its process is killed', async ({ lab }) => {
    lab.write(id(1), recorded);
    lab.write(id(2), recorded);
    const client = await lab.open(id(1), { name: 'a title', cwd: '/home/dev/project' });
    await lab.start();
    const cost = await until('all of it is told', async () =>
      (await lab.eventsOf(id(1))).find(event => Number(event.data?.['costUsd']) > 0.044),
    );
    expect(cost).toBeDefined();
    const events = await lab.eventsOf(id(1));
    expect(events[0]).toMatchObject({
      type: 'session.discovered',
      data: {
        startedBy: 'found',
        cwd: '/home/dev/project',
        pid: client.pid,
        name: 'a title',
        transcriptPath: lab.transcriptOf(id(1)),
        recovered: true,
      },
    });
    expect(await lab.toldOf(id(1))).toEqual([1, 2, 3, 3, 2, 6, 0]);
    const use = events.find(event => event.type === 'tool.use');
    expect(use).toMatchObject({ timestamp: 1_795_189_013_036, data: { toolName: 'Bash', recovered: true } });
    expect(await lab.sessions()).toMatchObject([{ sessionId: id(1), name: 'a title', pid: client.pid }]);
    await client.kill();
    expect((await lab.removed(id(1))).data?.['reason']).toBe('process_exited');
    // The other transcript is of a session that was over before hookline was there.
    expect(await lab.eventsOf(id(2))).toEqual([]);
  });

  it('is found though it has no transcript yet, which is read once it appears', async ({ lab }) => {
    await lab.open(id(1));
    await lab.start();
    await until('it is found', async () => (await lab.sessions()).length === 1);
    lab.write(id(1), recorded);
    await until('its transcript is read', async () => (await lab.toldOf(id(1)))[3] === 3);
    expect(await lab.toldOf(id(1))).toEqual([1, 2, 3, 3, 2, 6, 0]);
    const [update] = (await lab.eventsOf(id(1)))
      .filter(event => 'transcriptPath' in (event.data ?? {}))
      .slice(-1);
    expect(update).toMatchObject({
      type: 'session.updated',
      data: { transcriptPath: lab.transcriptOf(id(1)) },
    });
  });

  it('is not told again by the next daemon', async ({ lab }) => {
    lab.write(id(1), recorded);
    await lab.open(id(1));
    await lab.start();
    await until('it is caught up', async () => (await lab.toldOf(id(1)))[5] === 6);
    await lab.untilTouched();
    await lab.stop();
    await lab.start();
    await lab.open(id(2));
    await until('the next one has looked around', async () => (await lab.sessions()).length === 2);
    expect(await lab.toldOf(id(1))).toEqual([1, 2, 3, 3, 2, 6, 0]);
  });
});

describe.concurrent('a session that came and went while the daemon was away', () => {
  it('is told as it was, at its own times, and is over', async ({ lab }) => {
    await lab.wasWatched();
    const shift = recently();
    lab.write(id(1), recorded, shift);
    await lab.start();
    const end = await lab.removed(id(1));
    expect(await lab.toldOf(id(1))).toEqual([1, 2, 3, 3, 2, 6, 1]);
    const events = await lab.eventsOf(id(1));
    expect(events[0]).toMatchObject({
      type: 'session.discovered',
      data: { startedBy: 'found', transcriptPath: lab.transcriptOf(id(1)), recovered: true },
    });
    expect(events.find(event => event.type === 'tool.use')?.timestamp).toBe(1_795_189_013_036 + shift);
    expect(events.at(-1)).toBe(events.find(event => event.type === 'session.removed'));
    expect(end.data).toMatchObject({ reason: 'process_exited', recovered: true });
    expect(end.timestamp).toBe(events.findLast(event => event.type === 'message.assistant')?.timestamp);
    expect(await lab.sessions()).toEqual([]);
    await lab.untilTouched();
    await lab.stop();
    await lab.start();
    await lab.open(id(9));
    await until('the next one has looked around', async () => (await lab.sessions()).length === 1);
    expect(await lab.toldOf(id(1))).toEqual([1, 2, 3, 3, 2, 6, 1]);
  });

  it('is told only from where the last daemon left, if it had begun before', async ({ lab }) => {
    await lab.wasWatched();
    const firstTurn = recorded.findIndex(line => line.includes('"RUN:hi"'));
    lab.write(id(1), recorded.slice(0, firstTurn));
    lab.write(id(1), recorded.slice(firstTurn), recently());
    await lab.start();
    await lab.removed(id(1));
    const prompts = (await lab.eventsOf(id(1))).filter(event => event.type === 'prompt.submitted');
    expect(prompts.map(event => event.data?.['prompt'])).toEqual(['RUN:hi']);
    expect((await lab.toldOf(id(1)))[2]).toBe(0);
  });

  it.for([
    ['-w', '-w-aside'],
    ['-w-aside', '-w'],
  ] as const)('is told whole, though it began in %s and went on in %s', async ([first, then], { lab }) => {
    await lab.wasWatched();
    const [half, shift] = [recorded.findIndex(line => line.includes('"RUN:hi"')), recently()];
    lab.write(id(1), recorded.slice(0, half), shift, first);
    const before = Date.now() / 1000 - 10;
    fs.utimesSync(lab.transcriptOf(id(1), first), before, before);
    lab.write(id(1), recorded.slice(half), shift, then);
    await lab.start();
    await lab.removed(id(1));
    expect(await lab.toldOf(id(1))).toEqual([1, 2, 3, 3, 2, 6, 1]);
    expect((await lab.eventsOf(id(1))).at(-1)?.type).toBe('session.removed');
  });

  it('is left alone if nobody said anything in it', async ({ lab }) => {
    await lab.wasWatched();
    lab.write(id(1), recorded);
    fs.appendFileSync(lab.transcriptOf(id(1)), '{"type":"mode","mode":"normal"}\n');
    lab.write(id(2), recorded, recently());
    await lab.start();
    await lab.removed(id(2));
    expect(await lab.eventsOf(id(1))).toEqual([]);
  });
});

it.concurrent('a session that went on while the daemon was away, and is over, is told on from where it was, nothing twice', async ({
  lab,
}) => {
  const half = recorded.findIndex(line => line.includes('"RUN:hi"'));
  lab.write(id(1), recorded.slice(0, half));
  const client = await lab.open(id(1));
  await lab.start();
  await until('the first half is told', async () => (await lab.toldOf(id(1)))[3] === 3);
  await lab.untilTouched();
  await lab.stop();
  await client.kill();
  lab.write(id(1), recorded.slice(half), recently());
  await lab.start();
  const end = await lab.removed(id(1));
  expect(end.data).toMatchObject({ reason: 'process_exited', recovered: true });
  expect(await lab.toldOf(id(1))).toEqual([1, 2, 3, 3, 2, 6, 1]);
  expect((await lab.eventsOf(id(1))).at(-1)?.type).toBe('session.removed');
});
