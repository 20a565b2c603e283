// Sessions from before hookline: each is taken in once, as it was, whatever happens meanwhile, and nobody's stream has it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryStatus } from '../../src/protocol/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { type MadeSession, pastId, writePast } from '../support/past.ts';
import { until } from '../support/until.ts';
import { connect } from '../support/ws.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 7, 3, 12);

let root: string;
let claudeDir: string;
let daemon: TestDaemon;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-past-'));
  claudeDir = path.join(root, 'claude');
  fs.mkdirSync(path.join(claudeDir, 'sessions'), { recursive: true });
});
afterEach(async () => {
  await daemon.stop();
  fs.rmSync(root, { recursive: true, force: true });
});

async function start(config: object = {}): Promise<void> {
  daemon = await startTestDaemon({
    config: { home: path.join(root, 'home'), claudeDir, store: true, ...config },
  });
}

const write = (number: number, changes: Partial<MadeSession> = {}): string =>
  writePast(claudeDir, { sessionId: pastId(number), at: START + number * DAY, ...changes });

// biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says
async function ask(target: string, method = 'GET', body?: object): Promise<any> {
  const headers = { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${daemon.url}${target}`, {
    ...{ method, headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  return answer.json();
}

/** Takes in what is asked for, and waits for the end of it. */
async function take(request: object = {}): Promise<NonNullable<HistoryStatus['import']>> {
  await ask('/api/history/import', 'POST', request);
  return ended();
}

function ended(): Promise<NonNullable<HistoryStatus['import']>> {
  return until('the import is over', async () => {
    const { import: run } = (await ask('/api/history')) as HistoryStatus;
    return run?.state === 'running' ? undefined : run;
  });
}

async function eventsOf(number: number): Promise<Frame[]> {
  return (await ask(`/api/events?log=history&limit=1000&sessionId=${pastId(number)}`)).events;
}

/** What each event says of itself, without what only its place in the log has. */
const story = (events: readonly Frame[]): unknown[] => events.map(({ seq: _, ...rest }) => rest);

describe('an import', () => {
  it('takes a session in with its subagents, as recovered events by their own times', async () => {
    write(1, { agents: ['a1'] });
    await start();
    expect(await take()).toMatchObject({ state: 'done', sessions: { all: 1, taken: 1 } });
    const events = await eventsOf(1);
    const main = events.filter(({ agentId }) => agentId === undefined).map(({ type }) => type);
    expect(main).toEqual([
      ...['session.discovered', 'session.updated', 'message.user', 'prompt.submitted', 'message.assistant'],
      ...['tool.use', 'tool.result', 'message.assistant', 'turn.completed', 'session.removed'],
    ]);
    const sub = events.filter(({ agentId }) => agentId === 'a1').map(({ type }) => type);
    expect(sub).toEqual([
      ...['agent.started', 'message.user', 'message.assistant', 'tool.use', 'tool.result'],
      ...['message.assistant', 'agent.stopped'],
    ]);
    for (const { data, timestamp } of events) {
      expect(data).toMatchObject({ recovered: true });
      expect(timestamp).toSatisfy(at => at > START + DAY && at <= START + DAY + 4000);
    }
    const times = events.map(({ timestamp }) => timestamp as number);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('takes nothing twice, also after a restart, and though a transcript was rewritten', async () => {
    for (const number of [1, 2, 3]) write(number);
    await start();
    await take();
    const [usage, before] = [await ask('/api/usage'), await eventsOf(2)];
    write(2, { prompt: 'something else altogether', turns: 3 });
    expect(await take()).toMatchObject({ events: 0, sessions: { all: 3, taken: 0, known: 3 } });
    await daemon.stop();
    await start();
    expect(await take()).toMatchObject({ events: 0, sessions: { all: 3, taken: 0, known: 3 } });
    expect(await ask('/api/usage')).toEqual(usage);
    expect(await eventsOf(2)).toEqual(before);
  });

  it('goes on where it was when the daemon stopped, and ends with the same', async () => {
    const sessions = [1, 2, 3, 4];
    for (const number of sessions) write(number, { turns: 150, agents: ['a1', 'a2'] });
    await start();
    await ask('/api/history/import', 'POST', {});
    await until('some of it is there', async () => (await ask('/api/history')).held?.events > 1000);
    await daemon.stop();
    await start();
    const { events: rest } = await ended();
    const resumed = await Promise.all(sessions.map(eventsOf));
    const usage = await ask('/api/usage');
    const told = await ask('/api/events?topics=system.history_imported');
    const total = (await ask('/api/history')).held.events;
    expect(rest).toBeLessThan(total);
    expect(told.events.map(({ data }: Frame) => data)).toMatchObject([
      { sessions: 4, events: total, fromSeq: 1, toSeq: total, from: START + DAY + 1000 },
    ]);
    await daemon.stop();
    fs.rmSync(path.join(root, 'home'), { recursive: true });
    await start();
    await take();
    expect((await Promise.all(sessions.map(eventsOf))).map(story)).toEqual(resumed.map(story));
    expect(await ask('/api/usage')).toEqual(usage);
  });

  it('takes all transcripts of a session that went on in another folder, what both hold once', async () => {
    write(1, { turns: 2, agents: ['a1'] });
    const second = write(1, { cwd: '/home/dev/shop/.claude/worktrees/aside', turns: 3 });
    const lines = fs.readFileSync(second, 'utf8').split('\n');
    // The second turn stands in both of them, the first one only where it began, the third one only where it went on.
    fs.writeFileSync(second, lines.slice(4).join('\n'));
    const at = (START + DAY) / 1000 + 60;
    fs.utimesSync(second, at, at);
    await start();
    expect(await take()).toMatchObject({ state: 'done', sessions: { all: 1, taken: 1 } });
    const events = await eventsOf(1);
    const texts = events
      .filter(({ type, agentId }) => type === 'message.assistant' && agentId === undefined)
      .flatMap(({ data }) => data?.['text'] || []);
    expect(texts).toEqual(['done with 0', 'done with 1', 'done with 2']);
    expect(events.filter(({ type }) => type === 'session.discovered')).toMatchObject([
      { data: { cwd: '/home/dev/shop', transcriptPath: second } },
    ]);
    expect(events.filter(({ agentId }) => agentId === 'a1').length).toBeGreaterThan(0);
    // Two messages a turn, and two of the subagent.
    const { rows } = await ask('/api/usage?by=session');
    expect(rows).toMatchObject([{ input: 8 * 10, output: 8 * 20 }]);
  });

  it('takes only what is asked for', async () => {
    write(1);
    write(10, { cwd: '/home/dev/site' });
    write(20);
    await start();
    const since = START + 5 * DAY;
    expect(await take({ since, project: '**/shop' })).toMatchObject({ sessions: { taken: 1, other: 2 } });
    expect(await eventsOf(20)).not.toEqual([]);
    expect(await take({ project: 'site' })).toMatchObject({ sessions: { taken: 1, known: 1, other: 1 } });
    expect(await take()).toMatchObject({ sessions: { taken: 1, known: 2, other: 0 } });
    const refused = await ask('/api/history/import', 'POST', { since: 'yesterday', projects: 'x' });
    expect(refused.error.code).toBe('invalid_message');
  });

  it('leaves broken lines out, and takes names that objects have for names', async () => {
    const file = write(1, { model: '__proto__', cwd: '/home/dev/constructor' });
    const [first, ...rest] = fs.readFileSync(file, 'utf8').split('\n');
    const odd = ['{"type":"user","message":', '[]', 'null', '{"type":"assistant","message":7}', '\u0000'];
    fs.writeFileSync(file, [first, ...odd, ...rest.slice(0, -2), '{"type":"user"'].join('\n'));
    write(2, { model: 'toString', prompt: '__proto__' });
    await start();
    expect(await take()).toMatchObject({ state: 'done', sessions: { taken: 2, failed: 0 } });
    const { totals, byModel } = await ask('/api/usage');
    expect(Object.keys(byModel).sort()).toEqual(['__proto__', 'toString']);
    expect(totals.output).toBe(60);
    expect((await ask('/api/usage?by=day&zone=UTC')).rows).toMatchObject([
      { day: '2026-08-04', project: '/home/dev/constructor', model: '__proto__', output: 20 },
      { day: '2026-08-05', model: 'toString', output: 40 },
    ]);
  });

  it('is refused where nothing is kept, and beside another one', async () => {
    write(1, { turns: 2000 });
    await start({ store: false });
    expect((await ask('/api/history/import', 'POST', {})).error).toMatchObject({ code: 'not_durable' });
    await daemon.stop();
    await start();
    await ask('/api/history/import', 'POST', {});
    const other = await ask('/api/history/import', 'POST', { project: 'site' });
    expect(other.error).toMatchObject({ code: 'conflict' });
    const { import: stopped } = await ask('/api/history/import', 'DELETE');
    expect(stopped.state).toBe('stopped');
    await daemon.stop();
    await start();
    expect((await ask('/api/history')).import).toBeUndefined();
    expect(await take()).toMatchObject({ state: 'done', sessions: { taken: 1 } });
  });

  it('ends when it has taken up what it may, the newest being there', async () => {
    for (let number = 1; number <= 8; number++) write(number, { turns: 60, output: 20_000 });
    await start({ historyBytes: 2 * 1024 * 1024 });
    const run = await take();
    expect(run).toMatchObject({ state: 'full', reason: expect.stringContaining('historyBytes') });
    expect(run.sessions.taken).toBeLessThan(8);
    expect(await eventsOf(8)).not.toEqual([]);
    expect(await eventsOf(1)).toEqual([]);
  });
});

describe('sessions that hookline knows', () => {
  const told = (number: number, file: string): object => ({
    ...{ session_id: pastId(number), cwd: '/home/dev/shop', transcript_path: file },
  });

  it('are left alone: those that live, and those that were told as they happened', async () => {
    const [ended, live] = [write(1), write(2)];
    write(3);
    await start();
    await daemon.hook('SessionStart', { ...told(1, ended), source: 'startup' });
    await daemon.hook('SessionEnd', { ...told(1, ended), reason: 'other' });
    await daemon.hook('SessionStart', { ...told(2, live), source: 'startup' });
    expect(await take()).toMatchObject({ sessions: { all: 3, taken: 1, known: 1, live: 1 } });
    const { events } = await ask('/api/events?log=history&limit=1000');
    expect(new Set(events.map(({ sessionId }: Frame) => sessionId))).toEqual(new Set([pastId(3)]));
  });

  it('are known after retention has deleted all their events', async () => {
    const file = write(1);
    await start();
    await daemon.hook('SessionStart', { ...told(1, file), source: 'startup' });
    await daemon.hook('SessionEnd', { ...told(1, file), reason: 'other' });
    await until(
      'it was read',
      async () => (await ask(`/api/usage?sessionId=${pastId(1)}`)).totals?.output === 40,
    );
    await daemon.stop();
    const later = Date.now() + 40 * DAY;
    const home = path.join(root, 'home');
    daemon = await startTestDaemon({ config: { home, claudeDir, store: true }, now: () => later });
    await daemon.emit(3);
    const usage = await ask('/api/usage');
    expect(await take()).toMatchObject({ sessions: { taken: 0, known: 1 } });
    expect(await ask('/api/usage')).toEqual(usage);
  });

  it('one that was taken in and is resumed goes on where it was, its use counted once', async () => {
    const file = write(1);
    await start();
    await take();
    await daemon.hook('SessionStart', { ...told(1, file), source: 'resume' });
    const more = writePast(path.join(root, 'more'), {
      sessionId: pastId(1),
      at: Date.now() - 60_000,
      turns: 2,
    });
    const lines = fs.readFileSync(more, 'utf8').split('\n').slice(4);
    fs.appendFileSync(file, lines.join('\n'));
    await until(
      'it is told',
      async () => (await ask(`/api/usage?sessionId=${pastId(1)}`)).totals.output === 80,
    );
    const { events } = await ask(`/api/events?log=events&limit=1000&sessionId=${pastId(1)}`);
    expect(events.filter(({ type }: Frame) => type === 'message.user')).toHaveLength(1);
    expect((await ask('/api/usage')).totals.output).toBe(80);
    expect(await take()).toMatchObject({ sessions: { taken: 0, live: 1 } });
  });
});

describe('everybody else', () => {
  it('streams hear of it once, and their seqs have no hole', async () => {
    for (const number of [1, 2, 3]) write(number, { turns: 20 });
    await start();
    const client = await connect(daemon);
    client.send({ type: 'subscribe', topics: ['**'], since: { epoch: daemon.daemon.epoch, seq: 0 } });
    await take();
    const head = await daemon.emit(3);
    const seen = (): Frame[] =>
      client.frames.filter(({ seq, source }) => seq !== undefined && source !== undefined);
    await until('all of it came', () => seen().at(-1)?.seq === head);
    expect(seen().map(({ seq }) => seq)).toEqual(Array.from({ length: head }, (_, index) => index + 1));
    expect(seen().filter(({ sessionId }) => String(sessionId).startsWith('8dd92b6f'))).toEqual([]);
    expect(seen().filter(({ type }) => type === 'system.history_imported')).toHaveLength(1);
    expect((await ask('/api/sessions')).sessions).toMatchObject([{ sessionId: 's1' }]);
    client.close();
  });

  it('search, history and usage have it, by its own day', async () => {
    write(1, { prompt: 'look at the flux capacitor' });
    write(2);
    await start();
    await take();
    const found = await ask('/api/events?q=capacitor');
    expect(found).toMatchObject({ log: 'history', epoch: expect.any(String) });
    expect(found.events.map(({ type }: Frame) => type)).toEqual(['message.user', 'prompt.submitted']);
    expect((await ask(`/api/events?sessionId=${pastId(2)}&before=99999`)).log).toBe('history');
    expect(await ask('/api/events?q=capacitor&log=events')).toEqual({ events: [], hasMore: false });
    expect((await ask(`/api/db/sessions?prefix=8dd92b6f`)).sessionIds).toEqual([pastId(1), pastId(2)]);
    expect((await ask('/api/usage?by=day&zone=UTC')).rows.map(({ day }: { day: string }) => day)).toEqual([
      ...['2026-08-04', '2026-08-05'],
    ]);
    expect((await ask('/api/usage?by=session')).rows).toHaveLength(2);
    // The newest come last, as in the log.
    const last = await ask('/api/events?log=history&from=newest&limit=1');
    expect(last.events).toMatchObject([{ sessionId: pastId(2), type: 'session.removed' }]);
    const client = await connect(daemon);
    client.send({ type: 'get_session_history', sessionId: pastId(1), id: 1 });
    const answer = await until('it is answered', () =>
      client.frames.find(({ type }) => type === 'session_history'),
    );
    expect(answer['events']).toHaveLength(10);
    client.close();
  });

  it('the first start says how many there are, and how they are taken in', async () => {
    write(1);
    write(2);
    await start();
    await until('it is said', () =>
      daemon.logged.some(line => /2 finished sessions .*history import/.test(line)),
    );
    expect((await (await daemon.get('/health')).json()) as object).toMatchObject({ unseen: 2 });
    await take();
    await until('nothing is left', async () => (await ask('/api/history')).unseen.sessions === 0);
    expect((await (await daemon.get('/health')).json()) as object).not.toHaveProperty('unseen');
  });
});
