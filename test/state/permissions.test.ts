// Somebody waits for a permission: who, what for, and until when.
import { expect, test } from 'vitest';
import { Story } from './story.ts';

const asking = (): Story => Story.working().use('t1', 'npm publish').asks('npm publish');

test('the session waits, and says for what, since when, and which call it is', () => {
  const story = asking();
  expect(story.session).toMatchObject({
    state: 'waiting_permission',
    stateSince: story.now,
    currentTool: 'Bash',
    pendingPermission: { toolName: 'Bash', what: 'npm publish', toolUseId: 't1', since: story.now },
  });
});

test('granted: the wait ends with the result', () => {
  const story = asking().result('t1', 'npm publish');
  expect(story.state).toBe('working');
  expect(story.session).not.toHaveProperty('pendingPermission');
});

test('granted, and the command takes long: the client says that it is busy, so the tool runs', () => {
  const story = asking().later(4000).status('busy', { ago: 200 });
  expect(story.state).toBe('tool_running Bash');
  expect(story.session).not.toHaveProperty('pendingPermission');
  expect(story.session.stateSince).toBe(story.now - 200);
});

test('that the client was busy before it asked ends no wait', () => {
  expect(asking().status('busy', { ago: 500 }).state).toBe('waiting_permission Bash');
});

test('refused: no hook tells, the client is idle at once, and the transcript says the rest later', () => {
  const story = asking().later(2000).status('idle');
  expect(story.state).toBe('idle');
  const refused = { toolName: 'Bash', toolUseId: 't1', success: false, interrupted: true };
  story.later(3000).tell('tool.result', { ...refused, recovered: true }, { ago: 3010 });
  story.tell('turn.failed', { error: 'interrupted', promptId: 'p1', recovered: true }, { ago: 3010 });
  expect(story.state).toBe('idle');
  expect(story.session.lastTools).toMatchObject([{ toolUseId: 't1', outcome: 'interrupted' }]);
  expect(story.changes.slice(-2)).toEqual(['waiting_permission Bash', 'idle']);
});

test('refused, and nothing but the transcript tells', () => {
  const refused = { toolName: 'Bash', toolUseId: 't1', success: false, interrupted: true };
  const story = asking().tell('tool.result', refused);
  expect(story.session).not.toHaveProperty('pendingPermission');
  expect(story.tell('turn.failed', { error: 'interrupted', promptId: 'p1' }).state).toBe('idle');
});

test('refused by auto mode', () => {
  const story = Story.working()
    .use('t1', 'rm -r /')
    .hook('PermissionDenied', {
      tool_name: 'Bash',
      tool_use_id: 't1',
      tool_input: { command: 'rm -r /' },
      reason: 'dangerous',
    });
  expect(story.state).toBe('working');
  expect(story.session.lastTools).toMatchObject([{ toolUseId: 't1', outcome: 'failed' }]);
});

test('of several calls at once only the one that was asked about ends the wait', () => {
  const story = Story.working().use('t1', 'ls').use('t2', 'npm publish').asks('npm publish');
  expect(story.session.pendingPermission).toMatchObject({ toolUseId: 't2' });
  expect(story.result('t1', 'ls').state).toBe('waiting_permission Bash');
  expect(story.result('t2', 'npm publish').state).toBe('working');
});

test('two dialogs, one after the other: the oldest is shown, and both have to be answered', () => {
  const story = Story.working().use('t1', 'a').use('t2', 'b').asks('a').asks('b');
  expect(story.session.pendingPermission).toMatchObject({ what: 'a', toolUseId: 't1' });
  story.result('t1', 'a');
  expect(story.session).toMatchObject({
    state: 'waiting_permission',
    pendingPermission: { what: 'b', toolUseId: 't2' },
  });
  expect(story.result('t2', 'b').state).toBe('working');
});

test('the request overtakes the call it is about', () => {
  const story = Story.working().asks('npm publish');
  expect(story.state).toBe('waiting_permission');
  story.use('t1', 'npm publish');
  expect(story.session.pendingPermission).toMatchObject({ toolUseId: 't1' });
  expect(story.result('t1', 'npm publish').state).toBe('working');
});

test('a subagent asks: it waits, the session goes on, and shows that somebody is waited for', () => {
  const agent = { agent_id: 'a1', agent_type: 'Explore' };
  const story = Story.working().hook('SubagentStart', agent).use('t1', 'npm publish', agent);
  story.asks('npm publish', agent);
  expect(story.agent('a1')).toMatchObject({
    state: 'waiting_permission',
    pendingPermission: { what: 'npm publish', toolUseId: 't1' },
  });
  expect(story.session).toMatchObject({
    state: 'working',
    pendingPermission: { what: 'npm publish', agentId: 'a1' },
  });
  story.use('t2', 'ls').result('t2', 'ls').hook('Stop', { prompt_id: 'p1' });
  expect(story.session).toMatchObject({ state: 'idle', pendingPermission: { agentId: 'a1' } });
  expect(story.later(1000).status('busy').agentState('a1')).toBe('tool_running Bash');
  expect(story.session).not.toHaveProperty('pendingPermission');
  expect(story.state).toBe('idle');
});

test('a subagent that stops waits for nobody any more', () => {
  const agent = { agent_id: 'a1', agent_type: 'Explore' };
  const story = Story.working().hook('SubagentStart', agent).use('t1', 'x', agent).asks('x', agent);
  story.hook('SubagentStop', { ...agent, last_assistant_message: 'done' });
  expect(story.session).not.toHaveProperty('pendingPermission');
  expect(story.agent('a1')).toBeUndefined();
});

test('the next prompt shows that the dialog is gone', () => {
  const story = asking().prompt('p2');
  expect(story.session).not.toHaveProperty('pendingPermission');
});

test('nobody but the client says that it waits; what says it exactly comes later and counts alone', () => {
  const story = Story.working().use('t1', 'npm publish');
  story.status('waiting', { waitingFor: 'permission prompt' });
  expect(story.session).toMatchObject({
    state: 'waiting_permission',
    pendingPermission: { toolName: 'Bash', what: 'npm publish', toolUseId: 't1' },
    atTerminal: true,
  });
  const agent = { agent_id: 'a1', agent_type: 'Explore' };
  story.hook('SubagentStart', agent).use('t2', 'rm x', agent).asks('rm x', agent);
  expect(story.state).toBe('tool_running Bash');
  expect(story.session.pendingPermission).toMatchObject({ what: 'rm x', agentId: 'a1' });
  expect(story.session).not.toHaveProperty('atTerminal');
});

test('a notification from a subagent counts until somebody says exactly who waits', () => {
  const [one, other] = ['a1', 'a2'].map(agent_id => ({ agent_id, agent_type: 'Explore' }));
  const story = Story.working().hook('SubagentStart', one).hook('SubagentStart', other);
  story.hook('Notification', { ...one, notification_type: 'permission_prompt', message: 'may I?' });
  expect(story.agentState('a1')).toBe('waiting_permission');
  story.use('t1', 'rm x', other).asks('rm x', other);
  expect([story.agentState('a1'), story.agentState('a2')]).toEqual(['working', 'waiting_permission Bash']);
  expect(story.agent('a1')).not.toHaveProperty('pendingPermission');
});

test('a notification about a dialog that is known changes nothing', () => {
  const story = asking();
  const before = story.session;
  story.hook('Notification', { notification_type: 'permission_prompt', message: 'may I use Bash?' });
  expect(story.session).toEqual({ ...before, lastActivityAt: story.now });
});
