// Subagents: whose they are, what they do, and that none of them stays for ever.
import { describe, expect, test } from 'vitest';
import { Projection } from '../../src/state/index.ts';
import { Story } from './story.ts';

const as = (agent_id: string) => ({ agent_id, agent_type: 'general-purpose' });
const agent = as('a1');
const withAgent = (): Story => Story.working().hook('SubagentStart', agent);
const spawn = (id: string, fields = {}) => ({
  tool_name: 'Agent',
  tool_use_id: id,
  prompt_id: 'p1',
  ...fields,
});

test('what it did last is shown, with how long it took and how it ended', () => {
  const story = withAgent()
    .use('t1', 'ls', agent)
    .result('t1', 'ls', { ...agent, duration_ms: 12 });
  story.use('t2', 'false', agent).hook('PostToolUseFailure', {
    ...agent,
    tool_name: 'Bash',
    tool_use_id: 't2',
    duration_ms: 3,
    error: 'Exit code 1',
  });
  expect(story.agent('a1')).toMatchObject({
    state: 'working',
    agentType: 'general-purpose',
    counts: { tools: 2, failures: 1 },
    lastTools: [
      { toolUseId: 't1', what: 'ls', durationMs: 12, outcome: 'ok' },
      { toolUseId: 't2', what: 'false', durationMs: 3, outcome: 'failed' },
    ],
  });
  expect(story.session.counts).toMatchObject({ tools: 2, failures: 1 });
  expect(story.session.lastTools).toEqual([]);
});

test('what becomes known of it later: what it is for, which call started it, its model', () => {
  const known = { toolUseId: 'c1', description: 'Look around', model: 'claude-haiku-5' };
  const story = withAgent().later(1000);
  const before = story.agent('a1');
  story.tell('agent.updated', known, { agentId: 'a1' });
  expect(story.agent('a1')).toEqual({ ...before, ...known });
});

test('its transcript tells of it before its hooks do, which say what it is', () => {
  const story = Story.working().tell('message.user', { text: 'Look around' }, { agentId: 'a1' });
  expect(story.agent('a1')).toMatchObject({ state: 'working', agentType: '' });
  story.hook('SubagentStart', agent).use('t1', 'ls', agent);
  expect(story.agent('a1')).toMatchObject({ agentType: 'general-purpose', counts: { tools: 1 } });
});

test('its parent is whoever made the call that started it, whichever is told first', () => {
  const story = withAgent().hook('SubagentStart', as('a2')).hook('SubagentStart', as('a3'));
  story.hook('PreToolUse', spawn('c1')).hook('PreToolUse', spawn('c2', agent));
  story.tell('agent.updated', { toolUseId: 'c1' }, { agentId: 'a1' });
  story.tell('agent.updated', { toolUseId: 'c2' }, { agentId: 'a2' });
  story.tell('agent.updated', { toolUseId: 'c3' }, { agentId: 'a3' });
  story.hook('PreToolUse', spawn('c3', as('a2')));
  expect(story.agent('a1')).not.toHaveProperty('parent');
  expect(story.agent('a2')).toMatchObject({ parent: 'a1' });
  expect(story.agent('a3')).toMatchObject({ parent: 'a2' });
});

test('Stop while subagents work on: they do', () => {
  const story = withAgent().use('t1', 'ls', agent);
  story.hook('Stop', {
    prompt_id: 'p1',
    background_tasks: [{ id: 'a1', type: 'subagent', status: 'running' }],
  });
  expect([story.state, story.agentState('a1')]).toEqual(['idle', 'tool_running Bash']);
  // The client is busy as long as one of them works; that does not make the main agent work.
  expect(story.later(1000).status('busy').state).toBe('idle');
  story.hook('SubagentStop', { ...agent, last_assistant_message: 'Done.' });
  expect(story.later(1000).status('busy').state).toBe('working');
});

test('stopped by hand: no hook tells, but the next Stop does not list it', () => {
  const story = withAgent().hook('SubagentStart', as('a2')).use('t1', 'sleep 20', agent);
  story.hook('Stop', {
    prompt_id: 'p1',
    background_tasks: [{ id: 'a2', type: 'subagent', status: 'running' }],
  });
  expect([story.agentState('a1'), story.agentState('a2')]).toEqual([undefined, 'working']);
});

test('Stop while a workflow goes on: it names the workflow, not those who work in it, and they do', () => {
  const workflow = { id: 'w1', type: 'workflow', status: 'running' };
  const story = withAgent().hook('SubagentStart', as('a2')).use('t1', 'ls', agent);
  story.tell('agent.updated', { toolUseId: 'c2', description: 'By a call' }, { agentId: 'a2' });
  story.hook('Stop', { prompt_id: 'p1', background_tasks: [workflow] });
  expect([story.agentState('a1'), story.agentState('a2')]).toEqual(['tool_running Bash', undefined]);
  story.prompt('p2').hook('Stop', { prompt_id: 'p2', background_tasks: [] });
  expect(story.agentState('a1')).toBeUndefined();
});

test('stopped by hand: no hook tells, but the client is idle', () => {
  const story = withAgent().use('t1', 'sleep 20', agent).asks('sleep 20', agent);
  story.hook('Stop', { prompt_id: 'p1' });
  expect(story.agentState('a1')).toBe('waiting_permission Bash');
  story.later(100).status('idle');
  expect(story.agent('a1')).toBeUndefined();
  expect(story.session).not.toHaveProperty('pendingPermission');
  expect(story.changes.at(-1)).toBe('a1: offline');
});

test('resumed after it came to rest: it is there again, with all that was known of it', () => {
  const story = withAgent().use('t1', 'ls', agent).result('t1', 'ls', agent);
  story.tell('agent.updated', { description: 'Look around' }, { agentId: 'a1' });
  story.hook('SubagentStop', { ...agent, last_assistant_message: 'Looked.' });
  expect(story.agent('a1')).toBeUndefined();
  story.later(5000).use('t2', 'pwd', agent);
  expect(story.agent('a1')).toMatchObject({
    state: 'tool_running',
    description: 'Look around',
    lastMessage: 'Looked.',
    counts: { tools: 2 },
    lastTools: [{ toolUseId: 't1' }],
  });
  expect(story.result('t2', 'pwd', agent).agentState('a1')).toBe('working');
  story.hook('SubagentStop', { ...agent, last_assistant_message: 'Looked again.' });
  expect(story.agent('a1')).toBeUndefined();
  expect(story.changes.slice(-3)).toEqual(['a1: tool_running Bash', 'a1: working', 'a1: offline']);
});

test('resumed by a message, before its first call', () => {
  const story = withAgent().hook('SubagentStop', { ...agent, last_assistant_message: 'Done.' });
  story.later(5000).tell('message.user', { text: 'One more thing.' }, { agentId: 'a1' });
  expect(story.agentState('a1')).toBe('working');
});

test('that it was broken off is no message that resumes it', () => {
  const story = withAgent().use('t1', 'sleep 20', agent).later(1000).status('idle');
  story
    .later(50)
    .tell('message.user', { text: '[Request interrupted by user for tool use]' }, { agentId: 'a1' });
  expect(story.agent('a1')).toBeUndefined();
});

test('what transcripts tell of it after it stopped wakes nobody', () => {
  const story = withAgent()
    .later(3000)
    .hook('SubagentStop', { ...agent, last_assistant_message: 'Done.' });
  story.tell('message.user', { text: 'Look around' }, { agentId: 'a1', ago: 2500 });
  story.tell('message.assistant', { text: 'Done.' }, { agentId: 'a1', ago: 20 });
  expect(story.agent('a1')).toBeUndefined();
  expect(story.changes.at(-1)).toBe('a1: offline');
});

test('hooks that come after its stop show the call as long as it runs, and no longer', () => {
  const story = withAgent().hook('SubagentStop', { ...agent, last_assistant_message: 'Done.' });
  expect(story.use('t1', 'ls', agent).agentState('a1')).toBe('tool_running Bash');
  expect(story.result('t1', 'ls', agent).agent('a1')).toBeUndefined();
});

test('the nameless one that compacts a conversation never shows up', () => {
  const story = Story.working().hook('SubagentStop', { agent_id: 'a9', agent_type: '' });
  expect(story.projection.agents()).toEqual([]);
  expect(story.changes).toEqual(['working']);
});

test('many that came and went leave little behind', () => {
  const story = Story.working();
  for (let n = 0; n < 500; n++) {
    story.hook('SubagentStart', as(`x${n}`));
    story.hook('SubagentStop', { ...as(`x${n}`), last_assistant_message: `${n}` });
  }
  expect(story.projection.save().length).toBeLessThan(100_000);
  expect(story.later(5000).use('t1', 'ls', as('x499')).agentState('x499')).toBe('tool_running Bash');
});

describe('/clear with subagents at work: they go on in the new session', () => {
  const fresh = { session_id: 's2' };
  const known = { pid: 7, procStart: '70' };
  const child = { agent_id: 'a2', agent_type: 'Plan' };
  /** One runs a command and has sent another one, which waits for a permission. */
  const cleared = (): Story =>
    withAgent()
      .tell('session.updated', known)
      .hook('PreToolUse', { ...agent, tool_name: 'Agent', tool_use_id: 'spawn', tool_input: {} })
      .hook('SubagentStart', child)
      .tell('agent.updated', { toolUseId: 'spawn', description: 'a plan' }, { agentId: 'a2' })
      .use('t2', 'make', child)
      .asks('make', child)
      .use('t1', 'sleep 20', agent)
      .hook('SessionEnd', { reason: 'clear' })
      .hook('SessionStart', { ...fresh, source: 'clear' });
  const goesOn = (story: Story): Story => story.tell('session.updated', known, { sessionId: 's2' });
  const uses = ({ log }: Story): unknown[] =>
    log.filter(({ type }) => type === 'tool.use').map(({ data }) => data['toolUseId']);

  test('as soon as the process is known to be the same one, with all that is known of them', () => {
    const before = withAgent().agent('a1')?.startedAt;
    const story = goesOn(cleared());
    expect(story.session).toMatchObject({ sessionId: 's2', startedBy: 'clear', state: 'idle' });
    expect(story.agent('a1')).toMatchObject({ sessionId: 's2', startedAt: before, counts: { tools: 2 } });
    expect(story.agentState('a1')).toBe('tool_running Bash');
    expect(story.agent('a2')).toMatchObject({
      state: 'waiting_permission',
      parent: 'a1',
      description: 'a plan',
    });
    expect(story.session.pendingPermission).toMatchObject({ agentId: 'a2', what: 'make' });
    expect(story.changes.slice(-5)).toEqual([
      'a1: offline',
      'a2: offline',
      'offline',
      'a1: tool_running Bash',
      'a2: waiting_permission Bash',
    ]);
  });

  test('and a call that ends there is told once', () => {
    const story = goesOn(cleared()).result('t1', 'sleep 20', { ...fresh, ...agent });
    story.result('t1', 'sleep 20', { ...fresh, ...agent });
    expect(uses(story)).toEqual(['spawn', 't2', 't1']);
    expect(story.log.filter(({ type }) => type === 'tool.result')).toHaveLength(1);
    expect(story.agent('a1')?.lastTools).toMatchObject([{ toolUseId: 't1', outcome: 'ok' }]);
    story.result('t2', 'make', { ...fresh, ...child });
    expect(story.agentState('a2')).toBe('working');
    expect(story.session).not.toHaveProperty('pendingPermission');
  });

  test('also when their own hooks tell it first, or the end of the old session is told last', () => {
    const hooks = cleared().result('t1', 'sleep 20', { ...fresh, ...agent });
    expect(hooks.agent('a1')).toMatchObject({ sessionId: 's2', state: 'tool_running', currentTool: 'Agent' });
    expect(uses(hooks)).toEqual(['spawn', 't2', 't1']);
    expect(goesOn(hooks).agentState('a2')).toBe('waiting_permission Bash');
    const late = withAgent().tell('session.updated', known).use('t1', 'ls', agent);
    goesOn(late.hook('SessionStart', { ...fresh, source: 'clear' })).tell('session.removed', {
      reason: 'clear',
    });
    expect(late.agent('a1')).toMatchObject({ sessionId: 's2', state: 'tool_running' });
  });

  test('with a restart in between', () => {
    const story = cleared();
    const restarted = new Projection();
    expect(restarted.load(story.projection.save())).toBe(true);
    const before = story.log.length;
    goesOn(story).result('t1', 'sleep 20', { ...fresh, ...agent });
    for (const event of story.log.slice(before)) restarted.apply(event);
    const replayed = new Projection();
    for (const event of story.log) replayed.apply(event);
    expect(restarted.save()).toBe(story.projection.save());
    expect(replayed.save()).toBe(story.projection.save());
  });

  test('but not in one of another process', () => {
    const story = cleared().tell('session.updated', { ...known, procStart: '71' }, { sessionId: 's2' });
    expect(story.projection.agents()).toEqual([]);
  });
});
