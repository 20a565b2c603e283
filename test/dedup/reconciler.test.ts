// Hooks that come late, twice, out of order or without their session's start still tell one consistent story.

import { describe, expect, test } from 'vitest';
import { boundedState } from '../../src/dedup/dedup-state.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { makeIntake, makeReconciler } from '../support/agents.ts';
import { recordedPayloads } from '../support/fixtures.ts';

const intake = makeIntake();

/** A daemon's way with drafts, down to the log. */
class Story {
  reconciler = makeReconciler();
  readonly log: EventDraft[] = [];

  /** Appends a hook of session `s`; gives the types it added. */
  tell(hook: string, fields: Record<string, unknown> = {}): readonly string[] {
    const payload = {
      session_id: 's',
      cwd: '/w',
      transcript_path: '/t.jsonl',
      hook_event_name: hook,
      ...fields,
    };
    return this.append(intake(payload, this.log.length));
  }

  append(draft: EventDraft): readonly string[] {
    const events = this.reconciler.reconcile(draft);
    for (const event of events) {
      this.reconciler.observe(event);
      this.log.push(event);
    }
    return events.map(event => event.type);
  }

  /** The daemon dies; the next one knows what the log says. */
  restart(): void {
    this.reconciler = makeReconciler();
    for (const event of this.log) this.reconciler.observe(event);
  }
}

function started(): Story {
  const story = new Story();
  story.tell('SessionStart', { source: 'startup' });
  story.tell('UserPromptSubmit', { prompt: 'go', prompt_id: 'p1' });
  return story;
}

const call = { prompt_id: 'p1', tool_name: 'Bash', tool_use_id: 't1', tool_input: { command: 'ls' } };
const result = { ...call, tool_response: 'ok', duration_ms: 3 };
const within = { agent_id: 'a1', agent_type: 'reviewer' };

describe('a session', () => {
  test('whose start was missed is announced by whatever comes first', () => {
    const story = new Story();
    expect(story.tell('PreToolUse', { ...call, ...within, model: 'opus' })).toEqual([
      'session.discovered',
      'agent.started',
      'tool.use',
    ]);
    const [discovered] = story.log;
    expect(discovered).toEqual({
      type: 'session.discovered',
      timestamp: 0,
      sessionId: 's',
      source: 'claude-code',
      data: { startedBy: 'hook', model: 'opus', transcriptPath: '/t.jsonl', cwd: '/w', promptId: 'p1' },
    });
  });

  test('is announced by an unknown hook as well', () => {
    const story = new Story();
    expect(story.tell('BrandNewEvent2027')).toEqual(['session.discovered', 'hook.brand_new_event2027']);
    expect(story.log[0]?.data).toMatchObject({ startedBy: 'hook', transcriptPath: '/t.jsonl' });
  });

  test('that starts, resumes or is compacted says so each time', () => {
    const story = started();
    expect(story.log[0]?.data['startedBy']).toBe('startup');
    expect(story.tell('SessionStart', { source: 'compact' })).toEqual(['session.discovered']);
    expect(story.tell('SessionEnd', { reason: 'other' })).toEqual(['session.removed']);
    expect(story.tell('SessionStart', { source: 'resume' })).toEqual(['session.discovered']);
  });

  test('that starts or ends twice in a row is told once', () => {
    const story = new Story();
    story.tell('SessionStart', { source: 'startup' });
    story.append({ ...draftOf('agent.state_changed'), data: { state: 'idle' } });
    expect(story.tell('SessionStart', { source: 'startup' })).toEqual([]);
    expect(story.tell('SessionEnd', { reason: 'other' })).toEqual(['session.removed']);
    expect(story.tell('SessionEnd', { reason: 'other' })).toEqual([]);
  });

  test('that ended is not revived by a hook that was overtaken', () => {
    const story = started();
    story.tell('PreToolUse', call);
    story.tell('SessionEnd', { reason: 'other', prompt_id: 'p2' });
    expect(story.tell('PostToolUse', result)).toEqual(['tool.result']);
    expect(story.tell('PreToolUse', { ...call, tool_use_id: 't2' })).toEqual(['tool.use']);
    expect(story.tell('Stop', { prompt_id: 'p1' })).toEqual(['turn.completed']);
  });

  test('that ended is back with a new prompt or a tool call of one', () => {
    for (const [hook, fields] of [
      ['UserPromptSubmit', { prompt: 'more', prompt_id: 'p9' }],
      ['PreToolUse', { ...call, prompt_id: 'p9', tool_use_id: 't9' }],
    ] as const) {
      const story = started();
      story.tell('SessionEnd', { reason: 'other' });
      expect(story.tell(hook, fields)[0]).toBe('session.discovered');
    }
  });

  test("is not made up for the daemon's own events", () => {
    const story = new Story();
    expect(story.append({ ...draftOf('system.started'), sessionId: '' })).toEqual(['system.started']);
  });
});

describe('a tool call', () => {
  test('whose result overtakes its use is told from the result, use first', () => {
    const story = started();
    expect(story.tell('PostToolUse', { ...result, ...within })).toEqual([
      'agent.started',
      'tool.use',
      'tool.result',
    ]);
    const [, , , use, end] = story.log;
    expect(use?.data).toEqual({
      toolName: 'Bash',
      toolUseId: 't1',
      input: { command: 'ls' },
      cwd: '/w',
      promptId: 'p1',
    });
    expect(use?.agentId).toBe('a1');
    expect(use?.hook).toBeUndefined();
    expect(end?.hook?.topic).toBe('hook.post_tool_use');
    expect(story.tell('PreToolUse', { ...call, ...within })).toEqual([]);
  });

  test('told twice is told once', () => {
    const story = started();
    expect(story.tell('PreToolUse', call)).toEqual(['tool.use']);
    expect(story.tell('PreToolUse', call)).toEqual([]);
    expect(story.tell('PostToolUse', result)).toEqual(['tool.result']);
    expect(story.tell('PostToolUse', result)).toEqual([]);
    expect(story.tell('PostToolUseFailure', { ...call, error: 'x' })).toEqual([]);
  });

  test('that failed before its use arrived is one call all the same', () => {
    const story = started();
    expect(story.tell('PostToolUseFailure', { ...call, error: 'x' })).toEqual(['tool.use', 'tool.result']);
    expect(story.tell('PreToolUse', call)).toEqual([]);
  });

  test('under way while the daemon restarts is still the same call', () => {
    const story = started();
    story.tell('PreToolUse', call);
    story.restart();
    expect(story.tell('PreToolUse', call)).toEqual([]);
    expect(story.tell('PostToolUse', result)).toEqual(['tool.result']);
    story.restart();
    expect(story.tell('PostToolUse', result)).toEqual([]);
  });

  test('of another session with the same id is another call', () => {
    const story = started();
    story.tell('PreToolUse', call);
    expect(story.tell('PreToolUse', { ...call, session_id: 'other' })).toEqual([
      'session.discovered',
      'tool.use',
    ]);
  });

  test('without an id is taken as it comes', () => {
    const story = started();
    expect(story.tell('PostToolUse', { tool_name: 'Bash' })).toEqual(['tool.result']);
    expect(story.tell('PostToolUse', { tool_name: 'Bash' })).toEqual(['tool.result']);
  });

  test('is only announced, not told, by asking for permission', () => {
    const story = started();
    expect(story.tell('PermissionRequest', { tool_name: 'Bash' })).toEqual(['permission.requested']);
    expect(story.tell('PermissionRequest', { tool_name: 'Bash' })).toEqual(['permission.requested']);
  });
});

describe('a subagent', () => {
  test('whose start comes late or twice starts once', () => {
    const story = started();
    expect(story.tell('PreToolUse', { ...call, ...within })).toEqual(['agent.started', 'tool.use']);
    expect(story.log.at(-2)).toMatchObject({ agentId: 'a1', data: { agentType: 'reviewer' } });
    expect(story.tell('SubagentStart', within)).toEqual([]);
  });

  test('of which only the stop is heard started too', () => {
    const story = started();
    const stop = { ...within, agent_transcript_path: '/a.jsonl', last_assistant_message: 'done' };
    expect(story.tell('SubagentStop', stop)).toEqual(['agent.started', 'agent.stopped']);
    expect(story.log.at(-1)?.data).toMatchObject({ transcriptPath: '/a.jsonl', lastMessage: 'done' });
  });

  test('that compacted the conversation only stops', () => {
    const story = started();
    const stop = { agent_id: 'c1', agent_type: '', last_assistant_message: 'summary' };
    expect(story.tell('SubagentStop', stop)).toEqual(['agent.stopped']);
    expect(story.tell('SubagentStop', stop)).toEqual([]);
  });

  test('that stops again has to have something new to say, or to have worked', () => {
    const story = started();
    const stop = { ...within, last_assistant_message: 'done' };
    story.tell('SubagentStart', within);
    expect(story.tell('SubagentStop', stop)).toEqual(['agent.stopped']);
    expect(story.tell('SubagentStop', stop)).toEqual([]);
    expect(story.tell('SubagentStop', { ...stop, last_assistant_message: 'really done' })).toEqual([
      'agent.stopped',
    ]);
    story.tell('PreToolUse', { ...call, ...within });
    expect(story.tell('SubagentStop', { ...stop, last_assistant_message: 'really done' })).toEqual([
      'agent.stopped',
    ]);
  });
});

test('the recorded sessions need nothing made up: each hook is one event', () => {
  for (const name of ['session-simple', 'session-subagents'] as const) {
    const reconciler = makeReconciler();
    for (const payload of recordedPayloads(name)) {
      const draft = intake(payload, 0);
      const events = reconciler.reconcile(draft);
      expect(events).toEqual([draft]);
      for (const event of events) reconciler.observe(event);
    }
  }
});

test('memory forgets what was touched longest ago and nothing else', () => {
  const { calls } = boundedState({
    sessions: 1,
    calls: 3,
    agents: 1,
    whereabouts: 1,
    turns: 10,
    words: 10,
    spooled: 1,
    twins: 1,
  });
  for (const id of ['a', 'b', 'c']) calls.set(id, 'begun');
  calls.set('a', 'ended');
  calls.set('d', 'begun');
  expect(['a', 'b', 'c', 'd'].map(id => calls.get(id))).toEqual(['ended', undefined, 'begun', 'begun']);
});

function draftOf(type: string): EventDraft {
  return { type, timestamp: 0, sessionId: 's', source: 'hookline', data: {} };
}

describe('a hook that fires twice', () => {
  const stop = { prompt_id: 'p1', last_assistant_message: 'Done.' };
  const message = (story: Story, ago = 0) =>
    story.append({
      type: 'message.assistant',
      timestamp: story.log.length - ago,
      sessionId: 's',
      source: 'claude-code',
      data: { text: 'Done.' },
    });

  test.each([
    ['UserPromptSubmit', { prompt: 'next', prompt_id: 'p2' }],
    ['Stop', stop],
    ['StopFailure', { prompt_id: 'p1', error: 'overloaded' }],
    ['PostToolBatch', { prompt_id: 'p1', tool_calls: [{ tool_use_id: 't1' }] }],
    ['MessageDisplay', { prompt_id: 'p1', message_id: 'm1', index: 0, delta: 'Well' }],
  ])('%s is told once, after a restart too', (hook, fields) => {
    const story = started();
    expect(story.tell(hook, fields)).toHaveLength(1);
    expect(story.tell(hook, fields)).toEqual([]);
    story.restart();
    expect(story.tell(hook, fields)).toEqual([]);
  });

  test('is told once though a transcript, or a subagent, tells something in between', () => {
    const story = started();
    story.tell('Stop', stop);
    message(story, 5);
    story.tell('PreToolUse', { ...call, ...within });
    expect(story.tell('Stop', stop)).toEqual([]);
  });

  test('says something when the agent went on in between, or when it does not say in which turn', () => {
    const story = started();
    story.tell('Stop', stop);
    message(story);
    expect(story.tell('Stop', stop)).toEqual(['turn.completed']);
    story.tell('UserPromptSubmit', { prompt: 'continue' });
    expect(story.tell('UserPromptSubmit', { prompt: 'continue' })).toEqual(['prompt.submitted']);
    expect(story.tell('UserPromptSubmit', { prompt: 'continue', prompt_id: 'p2' })).toEqual([
      'prompt.submitted',
    ]);
    expect(story.tell('UserPromptSubmit', { prompt: 'go on', prompt_id: 'p2' })).toEqual([
      'prompt.submitted',
    ]);
  });
});
