// Turns begin and end, are broken off, go on after a Stop, and hooks come late.
import { expect, test } from 'vitest';
import { Story } from './story.ts';

const stop = (story: Story, fields = {}): Story =>
  story.hook('Stop', { prompt_id: 'p1', last_assistant_message: 'Done.', ...fields });

test('a prompt, a turn, its last words', () => {
  const story = stop(Story.working());
  expect(story.session).toMatchObject({
    state: 'idle',
    lastMessage: 'Done.',
    currentPrompt: { promptId: 'p1', text: 'go' },
    counts: { prompts: 1, turns: 1, tools: 0, failures: 0 },
  });
});

test('several calls at once: all are shown, the newest as the current tool', () => {
  const story = Story.working().use('t1', 'a').use('t2', 'b');
  story.hook('PreToolUse', { tool_name: 'Read', tool_input: { file_path: '/f' }, tool_use_id: 't3' });
  expect(story.session.currentTools).toMatchObject([
    { toolUseId: 't1', what: 'a' },
    { toolUseId: 't2', what: 'b' },
    { toolUseId: 't3', toolName: 'Read', what: '/f' },
  ]);
  expect(story.state).toBe('tool_running Read');
  story.hook('PostToolUse', { tool_name: 'Read', tool_use_id: 't3', duration_ms: 7 });
  expect(story.state).toBe('tool_running Bash');
  expect(story.session.lastTools).toMatchObject([{ toolUseId: 't3', durationMs: 7, outcome: 'ok' }]);
  expect(story.changes.slice(-3)).toEqual(['tool_running Bash', 'tool_running Read', 'tool_running Bash']);
});

test('only the last ten calls are kept, the newest last', () => {
  const story = Story.working();
  for (let n = 1; n <= 12; n++) story.use(`t${n}`, `c${n}`).result(`t${n}`, `c${n}`);
  expect(story.session.lastTools.map(tool => tool.what)).toEqual(
    Array.from({ length: 10 }, (_, index) => `c${index + 3}`),
  );
});

test('a long prompt, a long command and long words are cut short', () => {
  const story = Story.working()
    .prompt('p2', 'x'.repeat(9000))
    .use('t1', `echo ${'y'.repeat(9000)}`);
  stop(story, { prompt_id: 'p2', last_assistant_message: '🦊'.repeat(9000) });
  expect(story.session.currentPrompt?.text).toHaveLength(500);
  expect(story.session.lastMessage?.length).toBeLessThanOrEqual(300);
  expect(story.session.lastMessage).not.toMatch(/[\uD800-\uDBFF]…/);
  story.prompt('p3').use('t2', `echo ${'y'.repeat(9000)}`);
  expect(story.session.currentTools[0]?.what).toHaveLength(120);
});

test('Esc: the turn is broken off, and with it the call; its result comes from the transcript', () => {
  const story = Story.working().use('t1', 'sleep 20').later(2000).status('idle');
  expect(story.state).toBe('idle');
  story.later(3000);
  const broken = { toolName: 'Bash', toolUseId: 't1', success: false, interrupted: true, recovered: true };
  story.tell('tool.result', broken, { ago: 2990 });
  story.tell('turn.failed', { error: 'interrupted', promptId: 'p1', recovered: true }, { ago: 2980 });
  expect(story.session).toMatchObject({
    state: 'idle',
    currentTools: [],
    lastTools: [{ toolUseId: 't1', outcome: 'interrupted' }],
  });
});

test('a turn that failed is told until the session does something again', () => {
  const story = Story.working();
  const fail = () => story.hook('StopFailure', { error: 'rate_limit', error_details: 'x'.repeat(9000) });
  expect(fail().session).toMatchObject({ state: 'idle', failure: { error: 'rate_limit' } });
  expect(story.session.failure?.at).toBe(story.session.stateSince);
  expect(story.session.failure?.errorDetails?.length).toBeLessThanOrEqual(300);
  expect(story.later(5).hook('Notification', { message: 'x' }).session.failure).toBeDefined();
  expect(story.prompt('p2').session.failure).toBeUndefined();
  expect(stop(story, { prompt_id: 'p2' }).session.failure).toBeUndefined();
  fail();
  expect(stop(story, { prompt_id: 'p3' }).session.failure).toBeUndefined();
});

test('a failure that is told too late, one of a subagent, and what the user broke off are none of the session', () => {
  const story = stop(Story.working());
  story.tell('turn.failed', { error: 'server_error', recovered: true }, { ago: 500 });
  expect(story.session.failure).toBeUndefined();
  story.tell('turn.failed', { error: 'interrupted' });
  story.tell('turn.failed', { error: 'server_error' }, { agentId: 'a1' });
  expect(story.session.failure).toBeUndefined();
  story.prompt('p2').tell('turn.failed', { error: 'server_error' }, { ago: 500 });
  expect(story.session).toMatchObject({ state: 'working' });
  expect(story.session.failure).toBeUndefined();
});

test('a result that comes after the end of its turn does not wake the session, but is kept', () => {
  const story = stop(Story.working().use('t1', 'a'));
  expect(story.session).toMatchObject({ state: 'idle', currentTools: [], lastTools: [] });
  story.result('t1', 'a');
  expect(story.session).toMatchObject({ state: 'idle', lastTools: [{ toolUseId: 't1', outcome: 'ok' }] });
});

test('a call told after the end of its turn is shown as long as it runs, and no longer', () => {
  const story = stop(Story.working()).use('t1', 'a');
  expect(story.state).toBe('tool_running Bash');
  expect(story.result('t1', 'a').state).toBe('idle');
});

test('a call that a transcript tells too late is not shown as running at all', () => {
  const story = stop(Story.working()).later(3000);
  const call = { toolName: 'Bash', toolUseId: 't1', promptId: 'p1', recovered: true };
  story.tell('tool.use', call, { ago: 3500 });
  expect(story.state).toBe('idle');
  story.tell('tool.result', { ...call, success: true }, { ago: 3400 });
  expect(story.session).toMatchObject({ state: 'idle', lastTools: [{ toolUseId: 't1' }] });
  expect(story.changes.at(-1)).toBe('idle');
});

test('a Stop hook objects, and the turn goes on under the same prompt', () => {
  const story = stop(Story.working()).later(5000).use('t1', 'a').result('t1', 'a');
  expect(story.state).toBe('working');
});

test('the end of a turn that a transcript tells too late does not end the next one', () => {
  const story = Story.working().later(1000).prompt('p2');
  story.tell('turn.completed', { lastMessage: 'first', promptId: 'p1', recovered: true }, { ago: 500 });
  expect(story.session).toMatchObject({ state: 'working', counts: { turns: 1 } });
});

test('an older prompt that is told later is not the current one', () => {
  const story = Story.working();
  story.later(1000).tell('prompt.submitted', { prompt: 'before', recovered: true }, { ago: 1500 });
  expect(story.session.currentPrompt).toMatchObject({ promptId: 'p1' });
});

test('a command in the background is no call that runs', () => {
  const story = Story.working()
    .use('t1', 'npm run watch')
    .result('t1', 'npm run watch', { tool_response: { backgroundTaskId: 'b1' } });
  stop(story, { background_tasks: [{ id: 'b1', type: 'shell', status: 'running' }] });
  expect(story.session).toMatchObject({ state: 'idle', currentTools: [] });
  expect(story.status('shell').state).toBe('idle');
});

test('a task that reports back wakes the session', () => {
  const story = stop(Story.working()).prompt('p2', '<task-notification>\n<task-id>b1</task-id>');
  expect(story.session).toMatchObject({ state: 'working', counts: { prompts: 2, turns: 1 } });
});

test('what the user asked for last stays known while the news of tasks are worked on', () => {
  const news = '<task-notification>\n<summary>Agent "Look" finished</summary>';
  const story = stop(Story.working()).later(1000).prompt('p2', news).later(1000).prompt('p3', news);
  expect(story.session).toMatchObject({
    currentPrompt: { promptId: 'p3', text: news },
    userPrompt: { promptId: 'p1', text: 'go' },
  });
  story.tell('prompt.submitted', { prompt: 'typed before', recovered: true }, { ago: 500 });
  expect(story.session.userPrompt).toMatchObject({ text: 'typed before' });
  story.later(1000).prompt('p4', 'And now?');
  expect(story.session.currentPrompt).toMatchObject({ promptId: 'p4' });
  expect(story.session).not.toHaveProperty('userPrompt');
});

test('nor is it what somebody else sent, though that turns out only then', () => {
  const story = stop(Story.working()).later(1000).prompt('p2', 'is it done?');
  expect(story.session.currentPrompt).toMatchObject({ promptId: 'p2' });
  expect(story.session).not.toHaveProperty('userPrompt');
  story.tell('prompt.updated', { prompt: 'another one', origin: { kind: 'peer' } });
  expect(story.session).not.toHaveProperty('userPrompt');
  story.tell('prompt.updated', { prompt: 'is it done?', origin: { kind: 'peer' } });
  expect(story.session).toMatchObject({
    currentPrompt: { promptId: 'p2', origin: { kind: 'peer' } },
  });
});

test('the client says it has been idle for a while: whatever was missed, the turn is over', () => {
  const story = Story.working().use('t1', 'a').hook('Notification', { notification_type: 'idle_prompt' });
  expect(story.session).toMatchObject({ state: 'idle', currentTools: [] });
});

test('compaction starts the conversation anew, not the session', () => {
  const story = Story.working().use('t1', 'a').hook('SessionStart', { source: 'compact' });
  expect(story.session).toMatchObject({
    startedBy: 'startup',
    state: 'tool_running',
    counts: { prompts: 1, tools: 1 },
  });
});

test('resumed after a crash nobody told of: the same session, with nothing from before going on', () => {
  const agent = { agent_id: 'a1', agent_type: 'Explore' };
  const story = Story.working().hook('SubagentStart', agent).use('t1', 'a').asks('a');
  story.hook('SessionStart', { source: 'resume', cwd: '/home/dev/other' });
  expect(story.session).toMatchObject({
    startedBy: 'resume',
    project: '/home/dev/other',
    state: 'idle',
    currentTools: [],
    counts: { prompts: 1, tools: 1 },
  });
  expect(story.session).not.toHaveProperty('pendingPermission');
  expect(story.agent('a1')).toBeUndefined();
  expect(story.changes.slice(-2)).toEqual(['a1: offline', 'idle']);
});

test('resumed after its end: it begins anew, and its counts go on', () => {
  const story = stop(Story.working().use('t1', 'a')).hook('SessionEnd', { reason: 'other' });
  story.hook('SessionStart', { source: 'resume' });
  expect(story.session).toMatchObject({
    startedBy: 'resume',
    startedAt: story.now,
    lastTools: [],
    counts: { prompts: 1, turns: 1, tools: 1, failures: 0 },
  });
});

test('whatever the reason of its end, nobody is left', () => {
  for (const reason of ['process_exited', 'clear', 'prompt_input_exit', 'anything new']) {
    const story = Story.working().hook('SubagentStart', { agent_id: 'a1', agent_type: 'x' }).use('t1', 'a');
    // Noticed late: the process was gone before its last hooks came in.
    story.tell('session.removed', { reason }, { ago: 60_000 });
    expect(story.projection.sessions()).toEqual([]);
    expect(story.projection.agents()).toEqual([]);
    expect(story.changes.slice(-2)).toEqual(['a1: offline', 'offline']);
  }
});

test('what becomes known later is shown, and is no activity', () => {
  const story = Story.working().later(60_000);
  const known = {
    pid: 25_139,
    procStart: '318842',
    version: '2.1.329',
    entrypoint: 'cli',
    kind: 'interactive',
    name: 'Mend the shop',
    model: 'claude-opus-5-5',
    gitBranch: 'main',
    transcriptPath: '/t.jsonl',
  };
  const { lastActivityAt } = story.session;
  expect(story.tell('session.updated', known).session).toMatchObject({ ...known, lastActivityAt });
});

test('the model is the one that wrote last, and never one that is none', () => {
  const story = Story.working().tell('message.assistant', { text: 'Hm.', model: 'claude-opus-5-5' });
  story.tell('message.assistant', { text: 'API Error', model: '<synthetic>' });
  expect(story.session).toMatchObject({ model: 'claude-opus-5-5', lastMessage: 'API Error' });
  expect(story.hook('PostModelSwitch', { to_model: 'claude-haiku-5' }).session.model).toBe('claude-haiku-5');
});

test('a skill runs a shell command of its own: no call of the model, nothing runs on, nothing counts', () => {
  const command = {
    ...{ tool_name: 'Bash', tool_input: { command: 'git diff' }, tool_use_id: 'k1:preamble-0' },
    ...{ command_name: 'review', command_source: 'userSettings', invoked_by: 'claude', prompt_id: 'p1' },
  };
  const story = Story.working().hook('PreSkillShellCommand', command);
  expect(story.log.at(-1)).toMatchObject({ type: 'skill.command', data: { commandName: 'review' } });
  expect(story.session).toMatchObject({ state: 'working', currentTools: [], counts: { tools: 0 } });
  story.hook('PreToolUse', { tool_name: 'Skill', tool_input: { skill: 'review' }, tool_use_id: 'k1' });
  story.hook('PreSkillShellCommand', command);
  expect(story.state).toBe('tool_running Skill');
  stop(story);
  story.hook('PreSkillShellCommand', command);
  expect(story.session).toMatchObject({ state: 'idle', currentTools: [], counts: { tools: 1, turns: 1 } });
});
