// `hookline stats` and GET /api/stats: what was done in all sessions, and that a kill of the daemon changes nothing of it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stats } from '../../src/protocol/index.ts';
import { makePlace, postHook } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';

const place = makePlace();
let daemon: Daemon;

/** A call of the session in that folder, which takes so many milliseconds; it fails with an error. */
async function call(folder: string, id: string, tool: string, ms: number, error?: string): Promise<void> {
  const about = {
    session_id: `${folder}-session`,
    cwd: `/home/dev/${folder}`,
    tool_name: tool,
    tool_use_id: id,
  };
  await postHook(daemon, 'PreToolUse', { ...about, tool_input: {} });
  const end = { ...about, tool_input: {}, duration_ms: ms };
  if (error === undefined) await postHook(daemon, 'PostToolUse', { ...end, tool_response: {} });
  else await postHook(daemon, 'PostToolUseFailure', { ...end, error });
}

const api = async (query = ''): Promise<Stats> =>
  (
    await fetch(`${daemon.url}/api/stats${query}`, { headers: { authorization: `Bearer ${daemon.token}` } })
  ).json() as Promise<Stats>;
const report = async (...args: string[]): Promise<Stats> =>
  JSON.parse((await hooklineOk(place, 'stats', '--json', ...args)).stdout) as Stats;

beforeAll(async () => {
  daemon = await startDaemon(place);
  const nothing = await hooklineOk(place, 'stats');
  expect(nothing).toMatchObject({ stdout: '', stderr: expect.stringContaining('Nothing was done yet') });
  for (const folder of ['shop', 'blog'])
    await postHook(daemon, 'SessionStart', {
      session_id: `${folder}-session`,
      cwd: `/home/dev/${folder}`,
      source: 'startup',
    });
  await postHook(daemon, 'UserPromptSubmit', {
    session_id: 'shop-session',
    prompt: 'Mend it',
    prompt_id: 'p1',
  });
  await call('shop', 't1', 'Bash', 100);
  await call('shop', 't2', 'Bash', 2000);
  await call('shop', 't3', 'Bash', 61_000, 'exit code 1');
  await call('blog', 't4', 'Read', 4);
  // What comes twice counts once.
  await call('blog', 't4', 'Read', 4);
  await postHook(daemon, 'StopFailure', { session_id: 'blog-session', error: 'rate_limit' });
});
afterAll(() => daemon?.stop());

const bash = {
  ...{ tool: 'Bash', calls: 3, failed: 1, interrupted: 0, denied: 0, failureRate: 1 / 3, timed: 3 },
  ...{ fastestMs: 100, medianMs: expect.closeTo(2000, -2), slowestMs: 61_000 },
};

it('for people', async () => {
  const { stdout } = await hooklineOk(place, 'stats');
  const lines = stdout.split('\n').map(line => line.replace(/ +/g, ' ').trim());
  expect(lines.slice(0, 4)).toEqual([
    'TOOL CALLS FAILED RATE FASTEST MEDIAN SLOWEST',
    'Bash 3 1 33 % 100ms 2.0s 1m',
    'Read 1 0 0 % 4ms 4ms 4ms',
    '',
  ]);
  expect(lines[4]).toBe('HOUR 0 6 12 18');
  expect(stdout).toMatch(/^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day +██$/m);
  expect(lines.slice(12)).toEqual([
    '',
    'ERROR TIMES',
    'tool.result failed 1',
    'turn.failed rate_limit 1',
    '',
  ]);
});

it('for programs, as the API answers it', async () => {
  const all = await report();
  expect(all).toMatchObject({
    type: 'stats',
    zone: 'UTC',
    countsFrom: expect.any(Number),
    tools: [bash, { tool: 'Read', calls: 1, timed: 1 }],
    errors: [
      { event: 'tool.result', kind: 'failed', count: 1 },
      { event: 'turn.failed', kind: 'rate_limit', count: 1 },
    ],
  });
  expect(all.hours.reduce((sum, { calls, prompts }) => sum + calls + 10 * prompts, 0)).toBe(14);
  expect(await api('?zone=UTC')).toEqual(all);
});

it('of a project, a tool, a time', async () => {
  expect((await report('--project', 'shop')).tools).toEqual([bash]);
  expect((await api('?project=/home/dev/blog/')).tools).toMatchObject([{ tool: 'Read' }]);
  expect((await report('--tool', 'Read')).errors).toEqual([]);
  expect((await report('--until', '2h')).tools).toEqual([]);
  expect((await report('--since', '2h')).tools).toMatchObject([bash, {}]);
  const none = await hooklineOk(place, 'stats', '--project', 'elsewhere');
  expect(none).toMatchObject({ stdout: '', stderr: expect.stringContaining('Nothing of that was done') });
});

it('says what is wrong with a question', async () => {
  expect(await hookline(place, 'stats', '--since', 'soon')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--since is "soon"'),
  });
  expect(await api('?zone=Mars/Base')).toMatchObject({
    error: { code: 'invalid_query', message: expect.stringContaining('zone: must be a time zone') },
  });
  expect(await api('?by=tool')).toMatchObject({
    error: { message: expect.stringContaining('known here: since, until, zone, project, tool') },
  });
});

it('is the same after a kill, and after a restart, and goes on from there', async () => {
  const before = await api();
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    await daemon.stop(signal);
    daemon = await startDaemon(place);
    expect(await api()).toEqual(before);
  }
  await call('shop', 't5', 'Bash', 50);
  expect((await api()).tools[0]).toMatchObject({ calls: 4, fastestMs: 50 });
});
