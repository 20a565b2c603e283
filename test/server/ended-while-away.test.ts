// A session that the log knows ends while the daemon is away: its hooks keep the end, its transcript and its account the rest.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { spoolFolder } from '../../src/hook-endpoint/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { until } from '../support/until.ts';

const sessionId = '5e551047-1111-4222-8333-444444444444';

let root: string;
let daemon: TestDaemon;
let lines = 0;
/** How far the daemon's clock is ahead, in milliseconds. */
let ahead = 0;
beforeEach(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-away-'));
  fs.mkdirSync(path.dirname(transcript()), { recursive: true });
  ahead = 0;
  await start();
});
afterEach(async () => {
  await daemon.stop();
  fs.rmSync(root, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const config = { home: path.join(root, 'home'), claudeDir: path.join(root, 'claude'), store: true };
  daemon = await startTestDaemon({ config, now: () => Date.now() + ahead });
}

const transcript = (): string => path.join(root, 'claude/projects/-w', `${sessionId}.jsonl`);
const about = (fields: object): Record<string, unknown> => ({
  session_id: sessionId,
  cwd: '/w',
  transcript_path: transcript(),
  ...fields,
});

function write(line: object): void {
  const own = { uuid: `u${++lines}`, sessionId, cwd: '/w', version: '2.1.329' };
  const timestamp = new Date().toISOString();
  fs.appendFileSync(transcript(), `${JSON.stringify({ ...own, timestamp, ...line })}\n`);
}

function say(text: string, id: string, calls: readonly string[] = []): void {
  const content = [
    { type: 'text', text },
    ...calls.map(call => ({ type: 'tool_use', id: call, name: 'Bash', input: { command: call } })),
  ];
  const usage = { input_tokens: 10, output_tokens: 5 };
  const stop_reason = calls.length > 0 ? 'tool_use' : 'end_turn';
  write({ type: 'assistant', message: { id, role: 'assistant', model: 'm', stop_reason, content, usage } });
}

/** The client's own account, which it writes when it exits; without a time. */
function account(input: number, output: number): void {
  const modelUsage = { m: { inputTokens: input, outputTokens: output, costUSD: 0.5 } };
  write({ type: 'cost-state', totalCostUSD: 0.5, modelUsage, timestamp: undefined });
}

/** What a hook leaves that finds nobody home. */
function keep(name: string, event: string, fields: object = {}): void {
  const folder = spoolFolder(path.join(root, 'home'));
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(
    path.join(folder, `${name}.json`),
    JSON.stringify(about({ hook_event_name: event, ...fields })),
  );
}

async function events(): Promise<Frame[]> {
  const answer = await daemon.get(`/api/events?limit=1000&sessionId=${sessionId}`);
  return ((await answer.json()) as { events: Frame[] }).events;
}

const costUsd = async (): Promise<unknown> =>
  ((await (await daemon.get(`/api/usage?sessionId=${sessionId}`)).json()) as { costUsd?: number }).costUsd;

async function firstTurn(): Promise<void> {
  await daemon.hook('SessionStart', about({ source: 'startup' }));
  await daemon.hook('UserPromptSubmit', about({ prompt: 'one', prompt_id: 'p1' }));
  say('first', 'm1');
  await daemon.hook('Stop', about({ prompt_id: 'p1', last_assistant_message: 'first' }));
  await until('its message is told', async () =>
    (await events()).some(event => event.type === 'usage.updated'),
  );
}

it('is told to its end, once, with all it has used', async () => {
  await firstTurn();
  await daemon.stop();
  keep('1', 'UserPromptSubmit', { prompt: 'two', prompt_id: 'p2' });
  say('second', 'm2');
  keep('2', 'Stop', { prompt_id: 'p2', last_assistant_message: 'second' });
  keep('3', 'SessionEnd', { reason: 'prompt_input_exit' });
  account(110, 25);
  await start();
  await until('the account is told', async () => (await costUsd()) === 0.5);
  const all = await events();
  const told = (type: string): Frame[] => all.filter(event => event.type === type);
  expect(told('session.discovered').length).toBe(1);
  expect(told('session.removed').map(event => event.data?.['reason'])).toEqual(['prompt_input_exit']);
  expect(told('message.assistant').map(event => event.data?.['text'])).toEqual(['first', 'second']);
  const stopped = all.findIndex(event => event.data?.['recovered'] === true);
  expect(all.slice(stopped).filter(event => event.data?.['recovered'] !== true)).toEqual([]);
  const usage = await (await daemon.get(`/api/usage?sessionId=${sessionId}`)).json();
  expect(usage).toMatchObject({ totals: { input: 110, output: 25 }, costUsd: 0.5 });
});

it('is accounted for, though the daemon stopped right after its end and before its account', async () => {
  await firstTurn();
  // Everything before is settled history then: the next daemon tells what changed since.
  await until('word is left that the daemon ran', () => fs.existsSync(path.join(root, 'home/last-run')));
  await daemon.hook('SessionEnd', about({ reason: 'other' }));
  await daemon.stop();
  account(110, 25);
  await start();
  await until('the account is told', async () => (await costUsd()) === 0.5);
  const all = await events();
  expect(all.filter(event => event.type === 'session.discovered').length).toBe(1);
  expect(all.filter(event => event.type === 'session.removed').length).toBe(1);
});

it('calls that wait behind a permission are not told before they begin, and come with their hook', async () => {
  await daemon.hook('SessionStart', about({ source: 'startup' }));
  await daemon.hook('UserPromptSubmit', about({ prompt: 'one', prompt_id: 'p1' }));
  const content = ['c1', 'c2'].map(id => ({ type: 'tool_use', id, name: 'Bash', input: { command: id } }));
  const call = (id: string): object => ({ tool_name: 'Bash', tool_use_id: id, tool_input: { command: id } });
  await daemon.hook('PreToolUse', about({ prompt_id: 'p1', ...call('c1') }));
  await daemon.hook(
    'PermissionRequest',
    about({ prompt_id: 'p1', tool_name: 'Bash', tool_input: { command: 'c1' } }),
  );
  for (const block of content)
    write({
      type: 'assistant',
      message: { id: 'm1', role: 'assistant', model: 'm', content: [block] },
    });
  const messages = async (count: number): Promise<unknown> =>
    until(`${count} messages are told`, async () => {
      const all = await events();
      return all.filter(event => event.type === 'message.assistant').length === count;
    });
  await messages(2);
  // Longer than hooks may take; what is told after that shows that the time of the others was looked at.
  ahead = 10_000;
  write({
    type: 'assistant',
    message: { id: 'm1', role: 'assistant', model: 'm', content: [{ type: 'text', text: 'hm' }] },
  });
  await messages(3);
  const uses = async (): Promise<unknown[]> =>
    (await events()).filter(event => event.type === 'tool.use').map(event => event.data?.['toolUseId']);
  expect(await uses()).toEqual(['c1']);
  await daemon.hook('PostToolUse', about({ prompt_id: 'p1', ...call('c1'), tool_response: {} }));
  await daemon.hook('PreToolUse', about({ prompt_id: 'p1', ...call('c2') }));
  await daemon.hook('PostToolUse', about({ prompt_id: 'p1', ...call('c2'), tool_response: {} }));
  expect(await uses()).toEqual(['c1', 'c2']);
  const hooks = (await (await daemon.get('/api/events?topics=hook.pre_tool_use')).json()) as {
    events: Frame[];
  };
  expect(hooks.events.map(event => event.data?.['tool_use_id'])).toEqual(['c1', 'c2']);
});
