// Transcripts that move, belong to a fork, or tell of subagents: each thing in them is told once, as what it is.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { until } from '../support/until.ts';

let daemon: TestDaemon;
let folder: string;
let main: string;
beforeEach(async () => {
  clock = Date.now();
  daemon = await startTestDaemon({ config: { store: true } });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-kinds-'));
  main = path.join(folder, 'project', 's1.jsonl');
});
afterEach(async () => {
  await daemon.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

let clock: number;
/** Every line a second later than the one before; the first ones long ago, so that no hook is waited for. */
const time = (): string => {
  clock += 1000;
  return new Date(clock - 24 * 3600_000).toISOString();
};

function write(file: string, ...lines: readonly object[]): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.appendFileSync(file, lines.map(line => `${JSON.stringify({ timestamp: time(), ...line })}\n`).join(''));
}
const prompt = (text: string, promptId: string, fields: object = {}): object => ({
  type: 'user',
  message: { role: 'user', content: text },
  uuid: `u-${text}`,
  promptSource: 'typed',
  promptId,
  ...fields,
});
const answer = (text: string, fields: object = {}): object => ({
  type: 'assistant',
  message: {
    id: `m-${text}`,
    model: 'claude-opus-5-5',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
  },
  ...fields,
});
const call = (id: string, fields: object = {}): object => ({
  type: 'assistant',
  message: {
    id: `m-${id}`,
    model: 'claude-opus-5-5',
    content: [{ type: 'tool_use', id, name: 'Bash', input: {} }],
    stop_reason: 'tool_use',
  },
  ...fields,
});
const result = (id: string, fields: object = {}): object => ({
  type: 'user',
  message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'ok' }] },
  ...fields,
});

async function events(sessionId = 's1'): Promise<Frame[]> {
  const answer = await daemon.get(`/api/events?after=0&limit=1000&sessionId=${sessionId}`);
  return ((await answer.json()) as { events: Frame[] }).events;
}
const ofType = async (type: string, sessionId?: string): Promise<Frame[]> =>
  (await events(sessionId)).filter(event => event.type === type);
const untilSaid = (text: string, sessionId?: string): Promise<unknown> =>
  until(`"${text}" is told`, async () =>
    (await ofType('message.assistant', sessionId)).some(event => event.data?.['text'] === text),
  );
const words = async (type: string, field: string, sessionId?: string): Promise<unknown[]> =>
  (await ofType(type, sessionId)).map(event => event.data?.[field]);

it('a secret in a transcript is redacted before it is told, and so is our own token', async () => {
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  const words = `use ${secret} or ${daemon.token}`;
  write(main, prompt(words, 'p1'), result('t1', { toolUseResult: words }), answer(words), answer('done'));
  await daemon.hook('SessionStart', { source: 'startup', transcript_path: main });
  await untilSaid('done');
  const told = JSON.stringify(await events());
  expect(told.match(/\[redacted:[^\]]*\]/g)?.length).toBeGreaterThanOrEqual(4);
  expect(told).not.toContain(secret);
  expect(told).not.toContain(daemon.token);
});

describe('a transcript that moves to another folder, as when a worktree is entered', () => {
  it('is followed there and back, and told once', async () => {
    const moved = path.join(folder, 'project--worktree', 's1.jsonl');
    write(main, prompt('one', 'p1'), answer('first'));
    await daemon.hook('SessionStart', { source: 'startup', transcript_path: main });
    await untilSaid('first');
    fs.mkdirSync(path.dirname(moved));
    fs.renameSync(main, moved);
    write(moved, call('t1'), result('t1'), answer('second'));
    await daemon.hook('CwdChanged', { transcript_path: moved });
    await untilSaid('second');
    fs.renameSync(moved, main);
    write(main, answer('third'));
    await daemon.hook('CwdChanged', { transcript_path: main });
    await untilSaid('third');
    expect(await words('message.assistant', 'text')).toEqual(['first', '', 'second', 'third']);
    expect(await words('tool.use', 'toolUseId')).toEqual(['t1']);
    const updates = await words('session.updated', 'transcriptPath');
    expect(updates.filter(where => where !== undefined)).toEqual([moved, main]);
  });

  it('is told whole though the session was over before anybody looked, and nothing is left of the session', async () => {
    const moved = path.join(folder, 'project--worktree', 's1.jsonl');
    write(moved, prompt('one', 'p1'), answer('first'), call('t1'), result('t1'), answer('second'));
    await Promise.all([
      daemon.hook('SessionStart', { source: 'startup', transcript_path: main }),
      daemon.hook('SessionEnd', { reason: 'other', transcript_path: moved }),
    ]);
    await untilSaid('second');
    expect(await words('message.assistant', 'text')).toEqual(['first', '', 'second']);
    const { sessions } = (await (await daemon.get('/api/sessions')).json()) as { sessions: Frame[] };
    expect(sessions).toEqual([]);
    expect(await words('session.removed', 'reason')).toEqual(['other']);
  });

  it('is found where the next hook says it is, when the first one named a file that never was', async () => {
    write(main, prompt('one', 'p1'), answer('first'));
    await daemon.hook('SessionStart', {
      source: 'resume',
      transcript_path: path.join(folder, 'no', 's1.jsonl'),
    });
    await daemon.hook('UserPromptSubmit', { prompt: 'one', prompt_id: 'p1', transcript_path: main });
    await untilSaid('first');
    expect(await words('prompt.submitted', 'prompt')).toEqual(['one']);
  });
});

it('a session that is resumed at once has all that its transcript says of it, as before', async () => {
  const about = { gitBranch: 'topic', version: '2.1.329', entrypoint: 'cli' };
  const known = async (): Promise<boolean> => {
    const { sessions } = (await (await daemon.get('/api/sessions')).json()) as { sessions: Frame[] };
    return sessions.some(session => session['gitBranch'] === 'topic' && session['version'] === '2.1.329');
  };
  write(main, prompt('one', 'p1', about), answer('first', about));
  await daemon.hook('SessionStart', { source: 'startup', transcript_path: main });
  await until('all is known about it', known);
  await daemon.hook('SessionEnd', { reason: 'prompt_input_exit', transcript_path: main });
  await daemon.hook('SessionStart', { source: 'resume', transcript_path: main });
  expect(await known()).toBe(false);
  write(main, prompt('two', 'p2', about), answer('second', about));
  await untilSaid('second');
  await until('all is known about it again', known);
  expect(await words('message.user', 'text')).toEqual(['one', 'two']);
});

describe('a fork', () => {
  const copied = [prompt('old', 'p9'), call('t1'), result('t1'), answer('of old')];
  const own = [prompt('new', 'p9'), call('t2'), result('t2'), answer('of its own')];

  it('tells only what is its own, when its start was told', async () => {
    write(main, ...copied);
    await daemon.hook('SessionStart', { source: 'fork', transcript_path: main });
    clock = Date.now() + 24 * 3600_000;
    write(main, ...own);
    await until(
      'its turn is told, after the hook had its time',
      async () => (await ofType('turn.completed')).length > 0,
    );
    expect(await words('message.user', 'text')).toEqual(['new']);
    expect(await words('tool.use', 'toolUseId')).toEqual(['t2']);
    expect(await words('turn.completed', 'lastMessage')).toEqual(['of its own']);
  });

  it('tells only what is its own, when its start was missed', async () => {
    write(main, ...copied, ...own, prompt('next', 'p10'));
    await daemon.hook('UserPromptSubmit', { prompt: 'next', prompt_id: 'p10', transcript_path: main });
    await untilSaid('of its own');
    expect(await words('message.user', 'text')).toEqual(['new', 'next']);
    expect(await words('tool.use', 'toolUseId')).toEqual(['t2']);
    expect((await words('prompt.submitted', 'prompt')).toSorted()).toEqual(['new', 'next']);
  });
});

describe('a subagent', () => {
  const agentFile = (): string => path.join(folder, 'project', 's1', 'subagents', 'agent-a1.jsonl');
  const inside = { agentId: 'a1', isSidechain: true };
  const begin = { ...prompt('scout', 'p1', inside), promptSource: undefined, parentUuid: null };

  it('is told from its start to its end though no hook told of it, with what is noted about it', async () => {
    write(main, prompt('one', 'p1'), answer('sent'));
    write(agentFile(), begin, call('t1', inside), result('t1', inside), answer('scouted', inside));
    fs.writeFileSync(
      agentFile().replace('.jsonl', '.meta.json'),
      JSON.stringify({
        agentType: 'general-purpose',
        description: 'look around',
        toolUseId: 'toolu_1',
        model: 'claude-opus-5-5',
      }),
    );
    await daemon.hook('SessionStart', { source: 'startup', transcript_path: main });
    await until('its end is told', async () => (await ofType('agent.stopped')).length === 1);
    const told = (await events()).filter(
      event => event.agentId === 'a1' && event['source'] === 'claude-code',
    );
    expect(told.map(event => event.type).filter(type => type !== 'agent.updated')).toEqual([
      'agent.started',
      'message.user',
      'message.assistant',
      'tool.use',
      'tool.result',
      'message.assistant',
      'agent.stopped',
    ]);
    expect(told[0]?.data).toMatchObject({ agentType: 'general-purpose', recovered: true });
    const update = await until('what is noted is told', async () => (await ofType('agent.updated'))[0]);
    // Its model may be known by then from what it said; then it is nothing new.
    const { model = 'claude-opus-5-5', ...noted } = update.data ?? {};
    expect({ ...noted, model }).toEqual({
      toolUseId: 'toolu_1',
      description: 'look around',
      model: 'claude-opus-5-5',
    });
  });

  it('whose note was copied into another session is not told there', async () => {
    write(main, prompt('one', 'p1'), answer('first'));
    fs.mkdirSync(path.dirname(agentFile()), { recursive: true });
    fs.writeFileSync(agentFile().replace('.jsonl', '.meta.json'), '{"agentType":"x","description":"y"}');
    await daemon.hook('SessionStart', { source: 'clear', transcript_path: main });
    await untilSaid('first');
    expect((await events()).filter(event => event.type.startsWith('agent.') && event.agentId)).toEqual([]);
  });
});
