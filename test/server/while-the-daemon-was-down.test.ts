// Hooks that found nobody home: what they kept is told later, once, in order, with the time it happened.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installHookFile } from '../../src/agents/claude-code/install/hook-file.ts';
import { hookFile } from '../../src/agents/claude-code/install/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { spoolFolder } from '../../src/hook-endpoint/index.ts';
import { type Daemon, makeLogger, startDaemon } from '../../src/server/index.ts';
import type { Frame } from '../support/frames.ts';
import { until } from '../support/until.ts';

let root: string;
let home: string;
let daemon: Daemon | undefined;
const logged: string[] = [];
beforeEach(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-spool-'));
  home = path.join(root, '.hookline');
  await installHookFile(home);
});
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
  fs.rmSync(root, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const config = loadConfig({ env: {}, homedir: root, flags: { port: '0', hooks: false } });
  daemon = await startDaemon(config, { logger: makeLogger('debug', line => logged.push(line)) });
}

/** Runs the installed hook as Claude Code does. */
async function hook(event: string, fields: object = {}): Promise<void> {
  const child = spawn(hookFile(home), { env: { PATH: process.env['PATH'] ?? '', HOME: root } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output += chunk;
    });
  }
  child.stdin.end(JSON.stringify({ session_id: 's', cwd: '/w', hook_event_name: event, ...fields }));
  const [code] = await once(child, 'close');
  expect([code, output]).toEqual([0, '']);
}

const call = (id: string): object => ({ tool_name: 'Bash', tool_input: { command: id }, tool_use_id: id });

async function events(): Promise<Frame[]> {
  const token = fs.readFileSync(path.join(home, 'token'), 'utf8').trim();
  const all: Frame[] = [];
  for (let hasMore = true; hasMore; ) {
    const url = `${daemon?.url}/api/events?after=${all.at(-1)?.seq ?? 0}&limit=1000`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const page = (await answer.json()) as { events: Frame[]; hasMore: boolean };
    all.push(...page.events);
    ({ hasMore } = page);
  }
  return all;
}

const spooled = (): string[] => (fs.existsSync(spoolFolder(home)) ? fs.readdirSync(spoolFolder(home)) : []);
const agentEvents = (all: readonly Frame[]): Frame[] =>
  all.filter(event => event['source'] === 'claude-code');

it('tells what happened between two runs of the daemon, in order, with its own time', async () => {
  const before = Date.now();
  await hook('SessionStart', { source: 'startup' });
  await hook('UserPromptSubmit', { prompt: 'do it', prompt_id: 'p1' });
  await hook('PreToolUse', call('t1'));
  await hook('PostToolUse', { ...call('t1'), tool_response: { stdout: 'ok' } });
  await hook('Stop', { last_assistant_message: 'done', prompt_id: 'p1' });
  const after = Date.now();
  expect(spooled().length).toBe(5);
  for (const name of spooled())
    expect(fs.statSync(path.join(spoolFolder(home), name)).mode & 0o777).toBe(0o600);
  expect(fs.statSync(spoolFolder(home)).mode & 0o777).toBe(0o700);
  await start();
  await until('the spool is empty', () => spooled().length === 0);
  const told = agentEvents(await events());
  expect(told.map(event => event.type)).toEqual([
    'session.discovered',
    'prompt.submitted',
    'tool.use',
    'tool.result',
    'turn.completed',
  ]);
  for (const event of told) {
    expect(event.data?.['recovered']).toBe(true);
    expect(event.timestamp).toBeGreaterThanOrEqual(before - 10);
    expect(event.timestamp).toBeLessThanOrEqual(after + 10);
  }
});

it('takes up where the hooks left off, and tells a call once though half of it was spooled', async () => {
  await hook('PreToolUse', call('t1'));
  await start();
  await hook('PreToolUse', call('t1'));
  await hook('PostToolUse', { ...call('t1'), tool_response: 'ok' });
  await until('the spool is empty', () => spooled().length === 0);
  const told = agentEvents(await events()).map(event => event.type);
  expect(told.filter(type => type === 'tool.use').length).toBe(1);
  expect(told.filter(type => type === 'tool.result').length).toBe(1);
});

/** As full as it gets. */
function fillSpool(): void {
  const folder = spoolFolder(home);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (let index = 0; index < 1000; index++) {
    const file = path.join(folder, `old-${index}.json`);
    fs.writeFileSync(
      file,
      JSON.stringify({ session_id: 's', hook_event_name: 'Notification', message: `old ${index}` }),
    );
    fs.utimesSync(file, 1_700_000_000 + index, 1_700_000_000 + index);
  }
}

it('keeps the newest thousand and says how many are gone', async () => {
  fillSpool();
  await hook('Notification', { message: 'new 1' });
  await hook('Notification', { message: 'new 2' });
  expect(spooled().filter(name => name.endsWith('.json')).length).toBe(1000);
  await start();
  await until('the spool is empty', () => spooled().length === 0);
  const all = await until('everything is told', async () => {
    const page = await events();
    return page.some(event => event.type === 'system.gap') ? page : undefined;
  });
  expect(all.find(event => event.type === 'system.gap')?.data).toEqual({ reason: 'spool_full', count: 2 });
  const messages = agentEvents(all)
    .filter(event => event.type === 'session.notification')
    .map(event => event.data?.['message']);
  expect(messages[0]).toBe('old 2');
  expect(messages.length).toBe(1000);
});

it('keeps a thousand and counts what is gone when many hooks find no room at the same time', async () => {
  fillSpool();
  const rivals = 24;
  await Promise.all(
    Array.from({ length: rivals }, (_, index) => hook('Notification', { message: `${index}` })),
  );
  const kept = spooled().filter(name => name.endsWith('.json'));
  expect(kept.length).toBe(1000);
  expect(kept.filter(name => !name.startsWith('old-')).length).toBe(rivals);
  expect(kept).not.toContain(`old-${rivals - 1}.json`);
  expect(fs.statSync(path.join(spoolFolder(home), 'dropped')).size).toBe(rivals);
});

it('sets aside what is no payload, and goes on with the rest', async () => {
  const folder = spoolFolder(home);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  fs.writeFileSync(path.join(folder, '1.json'), '{"half a payl');
  fs.writeFileSync(path.join(folder, '2.json'), '{"no": "payload"}');
  for (const name of ['1.json', '2.json'])
    fs.utimesSync(path.join(folder, name), 1_700_000_000, 1_700_000_000);
  await hook('Stop');
  await start();
  await until('the good one is told', async () =>
    (await events()).some(event => event.type === 'turn.completed'),
  );
  expect(spooled().sort()).toEqual(['1.json.rejected', '2.json.rejected']);
  expect(logged.filter(line => line.includes('set aside')).length).toBe(2);
});

it('sets aside what is no file, without waiting for it or looking where it leads', async () => {
  const folder = spoolFolder(home);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const elsewhere = path.join(root, 'elsewhere.json');
  fs.writeFileSync(elsewhere, '{"session_id":"s","hook_event_name":"Notification"}');
  fs.symlinkSync(elsewhere, path.join(folder, '1.json'));
  fs.mkdirSync(path.join(folder, '2.json'));
  execFileSync('mkfifo', [path.join(folder, '3.json')]);
  await hook('Stop');
  await start();
  await until('the good one is told', async () =>
    (await events()).some(event => event.type === 'turn.completed'),
  );
  expect((await events()).some(event => event.type === 'session.notification')).toBe(false);
  expect(spooled().sort()).toEqual(['1.json.rejected', '2.json.rejected', '3.json.rejected']);
});

it('reads the transcript of a session that began and ended meanwhile', async () => {
  const transcript_path = path.join(root, 'session.jsonl');
  fs.copyFileSync(path.join(import.meta.dirname, '../fixtures/transcript-simple.jsonl'), transcript_path);
  await hook('SessionStart', { source: 'startup', transcript_path });
  await hook('SessionEnd', { reason: 'other', transcript_path });
  await start();
  await until('the cost is told', async () =>
    (await events()).some(event => Number(event.data?.['costUsd']) > 0.044),
  );
  const told = agentEvents(await events());
  const count = (type: string): number => told.filter(event => event.type === type).length;
  expect([count('session.discovered'), count('session.removed')]).toEqual([1, 1]);
  expect([
    count('prompt.submitted'),
    count('tool.use'),
    count('tool.result'),
    count('turn.completed'),
  ]).toEqual([2, 3, 3, 2]);
});
