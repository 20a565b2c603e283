// What was told so long ago that a new daemon does not remember it: neither hooks nor a transcript have it told again.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { EventLog, openStore } from '../../src/log/index.ts';
import { type Daemon, makeLogger, startDaemon } from '../../src/server/index.ts';
import { recordedPayloads } from '../support/fixtures.ts';
import type { Frame } from '../support/frames.ts';
import { until } from '../support/until.ts';

let root: string;
let home: string;
let daemon: Daemon | undefined;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-long-ago-'));
  home = path.join(root, '.hookline');
});
afterEach(async () => {
  await daemon?.stop();
  fs.rmSync(root, { recursive: true, force: true });
});

async function start(): Promise<Daemon> {
  const options = loadConfig({ env: {}, homedir: root, flags: { port: '0', hooks: false } });
  daemon = await startDaemon(options, { logger: makeLogger('silent', () => {}) });
  return daemon;
}

const token = (name: string): string => fs.readFileSync(path.join(home, name), 'utf8').trim();

async function post(payload: object): Promise<void> {
  const headers = { authorization: `Bearer ${token('hook-token')}`, 'content-type': 'application/json' };
  const answer = await fetch(`${daemon?.url}/hook`, {
    method: 'POST',
    headers,
    body: JSON.stringify(payload),
  });
  expect(answer.status).toBe(202);
}

async function eventsOf(sessionId: string): Promise<Frame[]> {
  const headers = { authorization: `Bearer ${token('token')}` };
  const target = `${daemon?.url}/api/events?after=0&limit=1000&sessionId=${sessionId}`;
  return ((await (await fetch(target, { headers })).json()) as { events: Frame[] }).events;
}

/** Much that happened elsewhere since. */
function fill(count: number): void {
  const { store } = openStore(home, Date.now);
  if (!store) throw new Error('the store could not be opened');
  const log = new EventLog(store, { ring: { events: 10, bytes: 1e6 } });
  const event = { type: 'test.tick', timestamp: Date.now(), source: 'test', data: {} };
  for (let done = 0; done < count; done += 1000)
    log.append(Array.from({ length: 1000 }, () => ({ ...event, sessionId: 'elsewhere' })));
  log.close();
}

it('a session that was quiet meanwhile, and a call that still runs, are not announced again', async () => {
  const call = { tool_name: 'Bash', tool_input: { command: 'make' }, tool_use_id: 't1', prompt_id: 'p1' };
  const hook = (hook_event_name: string, fields: object = {}): Promise<void> =>
    post({ session_id: 's1', cwd: '/w', hook_event_name, ...fields });
  const agent = { agent_id: 'a1', agent_type: 'general-purpose' };
  await start();
  await hook('SessionStart', { source: 'startup' });
  await hook('UserPromptSubmit', { prompt: 'go', prompt_id: 'p1' });
  await hook('PreToolUse', call);
  await hook('SubagentStart', agent);
  await hook('PreToolUse', { ...call, ...agent, tool_use_id: 't2' });
  await daemon?.stop();
  fill(25_000);
  await start();
  await hook('PostToolUse', { ...call, ...agent, tool_use_id: 't2', tool_response: 'ok' });
  await hook('PostToolUse', { ...call, tool_response: 'ok' });
  const told = (await eventsOf('s1')).filter(event => event['source'] === 'claude-code');
  expect(told.map(event => event.type)).toEqual([
    'session.discovered',
    'prompt.submitted',
    'tool.use',
    'agent.started',
    'tool.use',
    'tool.result',
    'tool.result',
  ]);
});

it('a transcript that appears only then adds its messages, and repeats nothing', {
  timeout: 60_000,
}, async () => {
  const transcript_path = path.join(root, 'session.jsonl');
  const payloads = recordedPayloads('session-simple').filter(
    payload => payload['hook_event_name'] !== 'SessionEnd',
  );
  const sessionId = String(payloads[0]?.['session_id']);
  await start();
  for (const payload of payloads) await post({ ...payload, transcript_path });
  const count = async (type: string): Promise<number> =>
    (await eventsOf(sessionId)).filter(event => event.type === type).length;
  const kinds = ['prompt.submitted', 'tool.use', 'tool.result', 'turn.completed'];
  const before = await Promise.all(kinds.map(count));
  expect(before).toEqual([2, 3, 3, 2]);
  await daemon?.stop();
  fill(25_000);
  await start();
  fs.copyFileSync(path.join(import.meta.dirname, '../fixtures/transcript-simple.jsonl'), transcript_path);
  await until('the transcript is told', async () => (await count('message.assistant')) === 6);
  await post({ session_id: sessionId, hook_event_name: 'Notification', transcript_path });
  await until('the account of the cost is told', async () =>
    (await eventsOf(sessionId)).some(event => Number(event.data?.['costUsd']) > 0.044),
  );
  expect(await Promise.all(kinds.map(count))).toEqual(before);
});
