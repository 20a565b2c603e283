// A session whose hooks came, and one whose hooks never did: the log tells the same, and every call, prompt and turn once.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { recordedPayloads } from '../support/fixtures.ts';
import type { Frame } from '../support/frames.ts';
import { until } from '../support/until.ts';

const fixtures = path.join(import.meta.dirname, '../fixtures');

let daemon: TestDaemon;
let folder: string;
beforeEach(async () => {
  daemon = await startTestDaemon({ config: { store: true } });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-transcripts-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const payloads = recordedPayloads('session-simple').map(payload => ({ ...payload, transcript_path: '' }));

async function post(which: (event: string) => boolean): Promise<void> {
  for (const payload of payloads) {
    if (!which(String(payload['hook_event_name']))) continue;
    const answer = await daemon.post({ ...payload, transcript_path: path.join(folder, 'session.jsonl') });
    expect(answer.status).toBe(202);
  }
}

/** As the client left it when its recording ended: lines without a time of their own are as old as the file. */
function writeTranscript(): void {
  const file = path.join(folder, 'session.jsonl');
  fs.copyFileSync(path.join(fixtures, 'transcript-simple.jsonl'), file);
  fs.utimesSync(file, 1_795_189_019, 1_795_189_019);
}

async function events(): Promise<Frame[]> {
  const answer = await daemon.get('/api/events?after=0&limit=1000');
  return ((await answer.json()) as { events: Frame[] }).events;
}

const told = (all: readonly Frame[], type: string): Frame[] => all.filter(event => event.type === type);

/** Waits until the transcript's last line, the account of the cost, was told. */
const untilRead = (): Promise<Frame> =>
  until('the whole transcript is told', async () =>
    (await events()).find(event => event.type === 'usage.updated' && Number(event.data?.['costUsd']) > 0.044),
  );

it('adds messages and usage to what the hooks told, and repeats nothing', async () => {
  await post(event => event !== 'SessionEnd');
  writeTranscript();
  await untilRead();
  const all = await events();
  expect(told(all, 'tool.use').length).toBe(3);
  expect(told(all, 'tool.result').length).toBe(3);
  expect(told(all, 'prompt.submitted').map(event => event.data?.['prompt'])).toEqual([
    'RUN:simple',
    'RUN:hi',
  ]);
  expect(told(all, 'turn.completed').map(event => event.data?.['lastMessage'])).toEqual([
    'All done.',
    'Hello there.',
  ]);
  expect(told(all, 'message.user').map(event => event.data?.['text'])).toEqual(['RUN:simple', 'RUN:hi']);
  const words = told(all, 'message.assistant')
    .map(event => event.data?.['text'])
    .filter(text => text !== '');
  expect(words).toEqual(["I'll look around.", 'All done.', 'Hello there.']);
});

it('tells all of it, marked as recovered and with its own time, when only the start was told', async () => {
  await post(event => event === 'SessionStart');
  writeTranscript();
  await untilRead();
  const all = await events();
  const calls = told(all, 'tool.use').map(event => event.data);
  expect(calls).toMatchObject([
    { toolName: 'Bash', input: { command: 'echo hello && ls' }, recovered: true },
    { toolName: 'Write', recovered: true },
    { toolName: 'Read', recovered: true },
  ]);
  expect(told(all, 'tool.result').map(event => event.data)).toMatchObject([
    { toolName: 'Bash', toolUseId: calls[0]?.['toolUseId'], success: true, recovered: true },
    { toolName: 'Write', toolUseId: calls[1]?.['toolUseId'], success: true },
    { toolName: 'Read', toolUseId: calls[2]?.['toolUseId'], success: true },
  ]);
  expect(told(all, 'prompt.submitted').map(event => event.data?.['prompt'])).toEqual([
    'RUN:simple',
    'RUN:hi',
  ]);
  expect(told(all, 'turn.completed').map(event => event.data?.['lastMessage'])).toEqual([
    'All done.',
    'Hello there.',
  ]);
  expect(told(all, 'tool.use')[0]?.timestamp).toBe(1_795_189_013_036);
  // What follows from it does not pose as live either.
  const derived = [...told(all, 'agent.state_changed'), ...told(all, 'usage.updated')];
  expect(derived.length).toBeGreaterThan(5);
  expect(derived.filter(event => event.data?.['recovered'] !== true)).toEqual([]);
});

it('counts every API message once: the totals are those the client reports', async () => {
  await post(event => event === 'SessionStart');
  writeTranscript();
  await untilRead();
  const usage = await (await daemon.get('/api/usage')).json();
  expect(usage).toMatchObject({
    totals: { input: 6000, output: 435, cacheRead: 22_500, cacheCreation: 1500 },
    byModel: { 'claude-opus-5-5': { input: 6000, output: 435 } },
    costUsd: 0.044700000000000004,
  });
  const sums = told(await events(), 'usage.updated');
  // The last sum of ours, before the client's own account of the end.
  expect(sums.at(-2)?.data).toMatchObject({
    input: 6000,
    output: 435,
    cacheRead: 22_500,
    cacheCreation: 1500,
  });
});

it('does not tell a late hook again after the transcript told it', async () => {
  await post(event => event === 'SessionStart');
  writeTranscript();
  await untilRead();
  const before = (await events()).length;
  await post(
    event =>
      event === 'PreToolUse' || event === 'PostToolUse' || event === 'UserPromptSubmit' || event === 'Stop',
  );
  expect((await events()).length).toBe(before);
});
