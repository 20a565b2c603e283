// The board at moments of the story: played into a real daemon up to there, and asked on a real socket.
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { play, postTo, type Step } from '../../src/cli/demo/player.ts';
import { readRecordings } from '../../src/cli/demo/recording.ts';
import { tell } from '../../src/cli/demo/round.ts';
import type { AgentSnapshot, SessionState } from '../../src/protocol/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { type Client, connect } from '../support/ws.ts';

let daemon: TestDaemon;
let client: Client;
let left: readonly Step[];

beforeAll(async () => {
  daemon = await startTestDaemon();
  client = await connect(daemon);
  const projects = path.join(daemon.home, 'claude', 'projects');
  left = tell(readRecordings(), { projects, speed: 1000, past: false }).steps;
});
afterAll(() => client.close());

const isOf = (step: Step, project: string, hook: string): boolean =>
  'hook' in step && step.hook['cwd'] === `/home/dev/${project}` && step.hook['hook_event_name'] === hook;

/** Plays on until just after the first of these hooks that is still to come. */
async function playTo(project: string, hook: string): Promise<void> {
  const next = left.findIndex(step => isOf(step, project, hook));
  expect(next, `a ${hook} of ${project} is still to come`).toBeGreaterThanOrEqual(0);
  const part = left.slice(0, next + 1);
  left = left.slice(next + 1);
  // The steps keep their times; what was played before must not be waited for again.
  const begin = part[0]?.at ?? 0;
  await play(
    part.map(step => ({ ...step, at: step.at - begin })),
    { port: postTo(daemon.url, () => daemon.hookToken), speed: 1000, signal: new AbortController().signal },
  );
}

async function board(): Promise<{ sessions: SessionState[]; agents: AgentSnapshot[] }> {
  return (await client.ask({ type: 'get_snapshot' })) as never;
}

async function session(project: string): Promise<SessionState | undefined> {
  return (await board()).sessions.find(({ cwd }) => cwd === `/home/dev/${project}`);
}

it('three subagents look around while a dialog waits for its user', async () => {
  await playTo('storefront', 'PermissionRequest');
  expect(await session('storefront')).toMatchObject({
    state: 'waiting_permission',
    model: 'claude-opus-5-5',
  });
  await playTo('design-system', 'Stop');
  const { agents } = await board();
  expect(agents.map(({ agentType }) => agentType).sort()).toEqual(['Explore', 'Explore', 'general-purpose']);
  expect(await session('storefront')).toMatchObject({ state: 'waiting_permission' });
});

it('a turn fails, and the session goes on', async () => {
  await playTo('ledger', 'StopFailure');
  expect(await session('ledger')).toMatchObject({ state: 'idle', counts: { failures: 1 } });
  await playTo('ledger', 'UserPromptSubmit');
  expect(await session('ledger')).toMatchObject({ state: 'working' });
});

it('the dialog was granted, and the call has run', async () => {
  await playTo('storefront', 'PostToolUseFailure');
  expect(await session('storefront')).toMatchObject({ state: 'working', counts: { failures: 1 } });
});

it('what auto mode refuses does not run on', async () => {
  await playTo('infra', 'PermissionDenied');
  expect(await session('infra')).toMatchObject({ state: 'working', permissionMode: 'auto' });
});

it('a cleared session is another one', async () => {
  const before = await session('infra');
  await playTo('infra', 'SessionEnd');
  expect(await session('infra')).toBeUndefined();
  await playTo('infra', 'SessionStart');
  const after = await session('infra');
  expect(after).toMatchObject({ state: 'idle', startedBy: 'clear' });
  expect(after?.sessionId).not.toBe(before?.sessionId);
});

it('an MCP server waits for an answer', async () => {
  await playTo('search-index', 'Elicitation');
  expect(await session('search-index')).toMatchObject({ state: 'waiting_input' });
  await playTo('search-index', 'ElicitationResult');
  expect(await session('search-index')).toMatchObject({ state: 'tool_running' });
});

it('a session that was left is gone', async () => {
  expect(await session('infra')).toBeDefined();
  await playTo('infra', 'SessionEnd');
  expect(await session('infra')).toBeUndefined();
});

it('in the end somebody is wanted, and the words and tokens of the transcripts are there', async () => {
  await playTo('storefront', 'Notification');
  expect(await session('storefront')).toMatchObject({ state: 'waiting_permission' });
  // What the transcript says of the time before it changed may be told a moment later.
  await until('the model is the one it was changed to', async () => {
    return (await session('storefront'))?.model === 'claude-sonnet-5-5';
  });
  const said = await until('the last words of the ledger were told', async () => {
    const { sessions } = await board();
    const one = sessions.find(({ cwd }) => cwd === '/home/dev/ledger');
    return one?.lastMessage?.startsWith('It is safe') && (one.usage?.output ?? 0) > 500 ? one : undefined;
  });
  expect(said.state).toBe('idle');
});
