// The live stream in the terminal: what is shown, from where on, and for whom.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spoolFolder } from '../../src/hook-endpoint/index.ts';
import { makePlace, postHook, type Running, runCli } from '../support/cli.ts';
import { type Daemon, hookline, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const place = makePlace();
let daemon: Daemon;
const running: Running[] = [];

beforeAll(async () => {
  daemon = await startDaemon(place);
});
afterAll(async () => {
  await Promise.all(running.map(one => one.end('SIGKILL')));
  await daemon.stop();
});

async function tail(...args: string[]): Promise<Running> {
  const one = runCli(place, ['tail', ...args]);
  running.push(one);
  if (args.includes('--json')) {
    await until('it is connected', async () => (await health()).connections >= running.filter(alive).length);
  } else await one.says('connected;');
  return one;
}

const alive = ({ child }: Running): boolean => child.exitCode === null && child.signalCode === null;
const health = async (): Promise<{ connections: number; seq: number }> =>
  (await (await fetch(`${daemon.url}/health`)).json()) as { connections: number; seq: number };
/** Leaves a payload as a hook does that finds nobody home, some minutes ago. */
function keepHook(minutesAgo: number, event: string, payload: object): void {
  const folder = spoolFolder(place.hooklineHome);
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'kept');
  fs.writeFileSync(file, JSON.stringify({ hook_event_name: event, cwd: '/w', ...payload }));
  const at = Date.now() / 1000 - 60 * minutesAgo;
  fs.utimesSync(file, at, at);
  fs.renameSync(file, `${file}.json`);
}

async function prompts(sessionId: string): Promise<unknown[]> {
  const query = new URLSearchParams({ topics: 'prompt.*', sessionId });
  const answer = await fetch(`${daemon.url}/api/events?${query}`, {
    headers: { authorization: `Bearer ${daemon.token}` },
  });
  return ((await answer.json()) as { events: unknown[] }).events;
}

const bash = (n: number): Record<string, unknown> => ({
  tool_name: 'Bash',
  tool_use_id: `toolu_${n}`,
  tool_input: { command: `echo ${n}` },
});

describe('tail', () => {
  it('shows a line an event: time, session, type and what it is about', async () => {
    const one = await tail('{tool,prompt}.*');
    await postHook(daemon, 'UserPromptSubmit', { prompt: 'Make the\ntests pass' });
    await postHook(daemon, 'PreToolUse', bash(1));
    await postHook(daemon, 'PostToolUse', { ...bash(1), tool_response: { stdout: 'ok' }, duration_ms: 4120 });
    await postHook(daemon, 'PreToolUse', bash(2));
    await postHook(daemon, 'PostToolUseFailure', { ...bash(2), error: 'Exit code 1' });
    const lines = await one.haveLines(5);
    const words = lines.map(line => line.replace(/^\d\d:\d\d:\d\d {2}/, '').replace(/ {2,}/g, ' | '));
    expect(words).toEqual([
      'shop·8dd9 | prompt.submitted | Make the tests pass',
      'shop·8dd9 | tool.use | Bash echo 1',
      expect.stringMatching(/^shop·8dd9 \| tool\.result \| Bash ok/),
      'shop·8dd9 | tool.use | Bash echo 2',
      expect.stringMatching(/^shop·8dd9 \| tool\.result \| Bash failed.*– Exit code 1$/),
    ]);
    expect(await one.end()).toBe(0);
  });

  it('tells the essentials: a call once, unless it failed; everything with --all, and to programs', async () => {
    const quiet = { session_id: '99ff-essentials' };
    const asked = ['--session', quiet.session_id];
    const [plain, all, json] = await Promise.all([
      tail(...asked),
      tail('--all', ...asked),
      tail('--json', ...asked),
    ]);
    await postHook(daemon, 'UserPromptSubmit', { ...quiet, prompt: 'go', prompt_id: 'p9' });
    for (const [n, end] of [
      [91, 'PostToolUse'],
      [92, 'PostToolUseFailure'],
    ] as const) {
      await postHook(daemon, 'PreToolUse', { ...quiet, ...bash(n) });
      await postHook(daemon, end, { ...quiet, ...bash(n), tool_response: {}, error: 'Exit code 1' });
      await postHook(daemon, 'PostToolBatch', { ...quiet, tool_calls: [{ tool_use_id: `toolu_${n}` }] });
    }
    await postHook(daemon, 'Stop', { ...quiet, prompt_id: 'p9', last_assistant_message: 'Gone.' });
    await until('the turn ended', () => plain.stdout().includes('Gone.'));
    const types = plain.lines().map(line => line.split(/ {2,}/)[2]);
    expect(types).toEqual([
      'session.discovered',
      'prompt.submitted',
      'tool.use',
      'tool.use',
      'tool.result',
      'turn.completed',
    ]);
    await until('all has the last of them', () => all.lines().at(-1)?.includes('idle') === true);
    await until('so has json', () => json.lines().length >= all.lines().length);
    const told = json.lines().map(line => (JSON.parse(line) as { type: string }).type);
    expect(all.lines().map(line => line.split(/ {2,}/)[2])).toEqual(told);
    expect(told).toContain('tool.batch');
    await Promise.all([plain, all, json].map(one => one.end()));
  });

  it('--json prints the envelope, one a line', async () => {
    const one = await tail('tool.use', '--json');
    await postHook(daemon, 'PreToolUse', bash(3));
    const [line = ''] = await one.haveLines(1);
    expect(JSON.parse(line)).toMatchObject({
      type: 'tool.use',
      sessionId: '8dd92b6f-one',
      source: 'claude-code',
      seq: expect.any(Number),
      timestamp: expect.any(Number),
      data: { toolName: 'Bash', toolUseId: 'toolu_3', input: { command: 'echo 3' } },
    });
    await one.end();
    expect(one.stderr()).toBe('');
  });

  it('--raw gives the payload as the agent sent it, by the name of the hook', async () => {
    const one = await tail('--raw', 'PreToolUse', '--json');
    await postHook(daemon, 'PostToolUse', { ...bash(3), tool_response: {} });
    await postHook(daemon, 'PreToolUse', { ...bash(4), brand_new_field: [1] });
    const [line = ''] = await one.haveLines(1);
    expect(JSON.parse(line)).toMatchObject({
      type: 'hook.pre_tool_use',
      data: { hook_event_name: 'PreToolUse', tool_use_id: 'toolu_4', brand_new_field: [1] },
    });
    await one.end();
  });

  it('--session takes the beginning of an id, and refuses one that fits several', async () => {
    await postHook(daemon, 'UserPromptSubmit', { session_id: '8dd92b6f-two', prompt: 'x' });
    const several = await hookline(place, 'tail', '--session', '8dd9');
    expect(several.code).toBe(2);
    expect(several.stderr).toContain('--session 8dd9 fits 2 sessions: 8dd92b6f-');
    const one = await tail('prompt.*', '--json', '--session', '8dd92b6f-t');
    await postHook(daemon, 'UserPromptSubmit', { prompt: 'not for us' });
    await postHook(daemon, 'UserPromptSubmit', { session_id: '8dd92b6f-two', prompt: 'for us' });
    const [line = ''] = await one.haveLines(1);
    expect(JSON.parse(line)).toMatchObject({ sessionId: '8dd92b6f-two', data: { prompt: 'for us' } });
    await one.end();
  });

  it('--since SEQ begins right after it', async () => {
    const { seq } = await health();
    await postHook(daemon, 'UserPromptSubmit', { prompt: 'p1' });
    await postHook(daemon, 'UserPromptSubmit', { prompt: 'p2' });
    const one = await tail('prompt.*', '--json', '--since', String(seq));
    const lines = await one.haveLines(2);
    expect(lines.map(line => (JSON.parse(line) as { data: { prompt: string } }).data.prompt)).toEqual([
      'p1',
      'p2',
    ]);
    await one.end();
  });

  it('--since DURATION begins that long ago', async () => {
    const quiet = 'of nobody else';
    keepHook(30, 'UserPromptSubmit', { prompt: 'old', session_id: quiet });
    await until('the kept one is told', async () => (await prompts(quiet)).length === 1);
    await postHook(daemon, 'UserPromptSubmit', { prompt: 'young', session_id: quiet });
    const [short, long] = await Promise.all([
      tail('prompt.*', '--json', '--since', '10m', '--session', quiet),
      tail('prompt.*', '--json', '--since', '1h', '--session', quiet),
    ]);
    expect((await short.haveLines(1))[0]).toContain('young');
    const [first, second] = await long.haveLines(2);
    expect([first, second]).toEqual([expect.stringContaining('old'), expect.stringContaining('young')]);
    expect(short.lines()).toHaveLength(1);
    await Promise.all([short.end(), long.end()]);
  });

  it('event data cannot drive the terminal', async () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202egpj\r\nHACK\u0000';
    const [human, json] = await Promise.all([tail('prompt.*'), tail('prompt.*', '--json')]);
    await postHook(daemon, 'UserPromptSubmit', {
      session_id: `\u001b[31m${evil}`,
      cwd: `/x/${evil}`,
      prompt: evil,
    });
    const [line = ''] = await human.haveLines(1);
    expect(line).toMatch(/gpj HACK$/);
    expect(human.stdout()).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
    const [raw = ''] = await json.haveLines(1);
    expect(json.stdout()).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
    expect((JSON.parse(raw) as { data: { prompt: string } }).data.prompt).toBe(evil);
    await Promise.all([human.end(), json.end()]);
  });
});
