// Moments the recordings do not have: waiting for somebody, hooks that come late, and sessions that end abruptly.
import { beforeEach, expect, test } from 'vitest';
import type { SessionState } from '../../src/protocol/index.ts';
import { Projection } from '../../src/state/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';

let daemon: TestDaemon;
beforeEach(async () => {
  daemon = await startTestDaemon();
  await daemon.hook('SessionStart', { source: 'startup' });
  await daemon.hook('UserPromptSubmit', { prompt: 'go', prompt_id: 'p1' });
  return () => daemon.stop();
});

async function session(): Promise<SessionState | undefined> {
  const { sessions } = (await (await daemon.get('/api/sessions')).json()) as { sessions: SessionState[] };
  return sessions[0];
}
const state = async (): Promise<string | undefined> => (await session())?.state;
const use = (id: string, fields = {}) =>
  daemon.hook('PreToolUse', { tool_use_id: id, tool_name: 'Bash', ...fields });
const result = (id: string, fields = {}) =>
  daemon.hook('PostToolUse', { tool_use_id: id, tool_name: 'Bash', ...fields });

test('a permission that is asked for is waited for until the tool has run', async () => {
  await use('t1');
  await daemon.hook('PermissionRequest', { tool_name: 'Bash' });
  expect(await state()).toBe('waiting_permission');
  await result('t1');
  expect(await state()).toBe('working');
});

test('a notification that asks for a permission does the same, any other changes nothing', async () => {
  await daemon.hook('Notification', { notification_type: 'auth_success', message: 'fine' });
  expect(await state()).toBe('working');
  await daemon.hook('Notification', { notification_type: 'permission_prompt', message: 'may I?' });
  expect(await state()).toBe('waiting_permission');
});

test('a question of an MCP server is waited for until it is answered', async () => {
  await use('t1');
  await daemon.hook('Elicitation', { mcp_server_name: 'm', message: 'which?' });
  expect(await state()).toBe('waiting_input');
  await daemon.hook('ElicitationResult', { mcp_server_name: 'm', action: 'accept' });
  expect(await session()).toMatchObject({ state: 'tool_running', currentTool: 'Bash' });
});

test('a failed turn leaves the session idle and counts as a failure', async () => {
  await use('t1');
  await daemon.hook('StopFailure', { error: 'server_error' });
  const now = await session();
  expect(now).toMatchObject({ state: 'idle', counts: { turns: 0, failures: 1 } });
  expect(now).not.toHaveProperty('currentTool');
});

test('what the user stops counts as one failure, however many calls ran, and the next time as another', () => {
  const state = new Projection();
  const apply = (type: string, data: object = {}): unknown =>
    state.apply({ type, timestamp: 1, sessionId: 's', source: 'claude-code', data: { ...data } });
  const failures = (): number | undefined => state.session('s')?.counts.failures;
  const run = (...ids: string[]): void => {
    for (const toolUseId of ids) apply('tool.use', { toolName: 'Bash', toolUseId });
    for (const toolUseId of ids)
      apply('tool.result', { toolName: 'Bash', toolUseId, success: false, interrupted: true });
  };
  apply('session.discovered', { startedBy: 'startup', cwd: '/w' });
  run('t1', 't2');
  apply('turn.failed', { error: 'interrupted' });
  expect(failures()).toBe(1);
  // Esc while nothing runs.
  apply('prompt.submitted', { prompt: 'Go on' });
  apply('turn.failed', { error: 'interrupted' });
  expect(failures()).toBe(2);
  // "No" with a word for the agent, which goes on, twice.
  run('t3');
  run('t4');
  expect(failures()).toBe(4);
  apply('turn.failed', { error: 'server_error' });
  expect(failures()).toBe(5);
});

test('a result that arrives after the turn has ended does not wake the session', async () => {
  await use('t1');
  await daemon.hook('Stop');
  await result('t1');
  expect(await session()).toMatchObject({ state: 'idle', counts: { tools: 1, turns: 1 } });
});

test('a result that overtakes its use leaves nothing running', async () => {
  await result('t1');
  await use('t1');
  const now = await session();
  expect(now).toMatchObject({ state: 'working', counts: { tools: 1 } });
  expect(now).not.toHaveProperty('currentTool');
});

test('a session first seen by a tool call is there at once, in the right state', async () => {
  await use('t9', { session_id: 's2', cwd: '/elsewhere' });
  const { sessions } = (await (await daemon.get('/api/sessions')).json()) as { sessions: SessionState[] };
  expect(sessions[1]).toMatchObject({
    sessionId: 's2',
    cwd: '/elsewhere',
    startedBy: 'hook',
    state: 'tool_running',
  });
});

test('SessionEnd takes its agents along, and late hooks bring nothing back', async () => {
  await daemon.hook('SubagentStart', { agent_id: 'a1', agent_type: 'Explore', prompt_id: 'p1' });
  await use('t1', { agent_id: 'a1', agent_type: 'Explore', prompt_id: 'p1' });
  await daemon.hook('SessionEnd', { reason: 'other', prompt_id: 'p1' });
  await result('t1', { agent_id: 'a1', agent_type: 'Explore', prompt_id: 'p1' });
  await use('t2', { prompt_id: 'p1' });
  const snapshot = (await (await daemon.get('/api/snapshot')).json()) as object;
  expect(snapshot).toMatchObject({ sessions: [], agents: [] });
});

test('/clear ends one session and starts another', async () => {
  await daemon.hook('SessionEnd', { reason: 'clear' });
  await daemon.hook('SessionStart', { session_id: 's2', source: 'clear' });
  const { sessions } = (await (await daemon.get('/api/sessions')).json()) as { sessions: SessionState[] };
  expect(sessions.map(one => [one.sessionId, one.startedBy])).toEqual([['s2', 'clear']]);
});

test('the model and the directory are the latest told, of whoever in the session tells', async () => {
  await daemon.hook('PostModelSwitch', { from_model: 'opus', to_model: 'haiku', cwd: '/a' });
  await daemon.hook('CwdChanged', { old_cwd: '/a', new_cwd: '/b', cwd: '/b' });
  expect(await session()).toMatchObject({ model: 'haiku', cwd: '/b' });
});

test("an event of the old envelope makes its session known, the daemon's own events make none", async () => {
  await daemon.emit(1, { sessionId: 'x', topic: 'my.thing' });
  const { sessions } = (await (await daemon.get('/api/sessions')).json()) as { sessions: SessionState[] };
  expect(sessions.map(one => one.sessionId)).toEqual(['s1', 'x']);
});
