// What a type of event promises, its events have: whoever told it, and whatever they left out or got wrong.

import { expect, it } from 'vitest';
import { HOOKS } from '../../../src/agents/claude-code/hooks/events.ts';
import { ClaudeTranscript } from '../../../src/agents/claude-code/transcript/reader.ts';
import {
  DAEMON_EVENT_TYPES,
  EVENT_DATA,
  EVENT_TYPES,
  type EventDraft,
  isEventType,
} from '../../../src/protocol/index.ts';
import { makeSanitizer } from '../../../src/sanitize/sanitizer.ts';
import { makeIntake, makeReconciler } from '../../support/agents.ts';
import { recordedPayloads } from '../../support/fixtures.ts';

const NOW = 1_795_189_012_798;
const intake = makeIntake(makeSanitizer({ redact: false, trim: false }));
const odd: readonly unknown[] = [undefined, null, 5, '', true, [], {}, [null], { a: [1] }];

function expectWhole({ type, data }: Pick<EventDraft, 'type' | 'data'>, told: unknown): void {
  if (!isEventType(type)) throw new Error(`${type} is no normal form`);
  expect(EVENT_DATA[type].safeParse(data).error, `${type} out of ${JSON.stringify(told)}`).toBeUndefined();
}

it('a hook that says nothing but its name', () => {
  for (const hook of HOOKS.keys()) {
    const told = { session_id: 's', hook_event_name: hook };
    expectWhole(intake(told, NOW), told);
  }
});

it('a hook of which one field is missing or of an odd type', () => {
  for (const payload of recordedPayloads('claude-code-2.1.329')) {
    if (!HOOKS.has(payload.hook_event_name)) continue;
    for (const field of Object.keys(payload)) {
      if (field === 'session_id' || field === 'hook_event_name') continue;
      for (const value of odd) {
        const { [field]: _, ...rest } = payload;
        const told = value === undefined ? rest : { ...rest, [field]: value };
        const draft = intake(told, NOW);
        expectWhole(draft, told);
        expect(draft.hook?.payload).toEqual(told);
      }
    }
  }
});

it('a topic of hookline that somebody posts without what belongs to it', () => {
  const told = EVENT_TYPES.filter(type => !DAEMON_EVENT_TYPES.includes(type)).map(type => {
    const draft = intake({ sessionId: 's', type, data: { own: 1 } }, NOW);
    if (draft.type === type) expectWhole(draft, type);
    expect(draft.data).toMatchObject({ own: 1 });
    return [type, draft.type];
  });
  // How a session began, who a prompt is from and whether a tool succeeded has no empty word.
  expect(told.filter(([asked, type]) => asked !== type)).toEqual([
    ['session.discovered', 'hook.session_discovered'],
    ['prompt.updated', 'hook.prompt_updated'],
    ['tool.result', 'hook.tool_result'],
  ]);
});

it('a line of a transcript without ids, names and words, in a main transcript and in that of a subagent', () => {
  const text = { type: 'text', text: 'hello' };
  const blocks = [
    { type: 'tool_use' },
    { type: 'tool_result' },
    { type: 'tool_result', is_error: true },
    text,
  ];
  const lines = [
    ...blocks.flatMap(block => [
      { type: 'user', parentUuid: null, message: { content: [block] } },
      { type: 'assistant', parentUuid: null, message: { content: [block], stop_reason: 'end_turn' } },
      { type: 'assistant', isApiErrorMessage: true, message: { content: [block] } },
    ]),
    { type: 'user', message: { content: '[Request interrupted by user]' } },
    { type: 'assistant', message: {} },
    { type: 'system', subtype: 'compact_boundary' },
    { type: 'attachment', attachment: { type: 'queued_command', commandMode: 'prompt', prompt: 'go on' } },
    { type: 'cost-state', modelUsage: { a: {} } },
    { type: 'user', version: '2.1.329', message: { content: 'hello' } },
  ];
  const types = new Set<string>();
  for (const agentId of [undefined, 'a1']) {
    const reader = new ClaudeTranscript({ sessionId: 's', agentId });
    for (const line of lines) {
      for (const { draft } of reader.read(line, 1, NOW)) {
        expectWhole(draft, line);
        types.add(draft.type);
      }
    }
  }
  expect(types.size).toBe(12);
});

it('what is told before it, because nobody told it: a session, a subagent, a call', () => {
  const base = { timestamp: NOW, sessionId: 's', agentId: 'a', source: 'claude-code' };
  const data = { toolUseId: 't', success: true, toolName: '' };
  const bare = { ...base, type: 'tool.result', data };
  const hooked = { ...bare, hook: { topic: 'hook.post_tool_use', payload: { tool_use_id: 't' } } };
  for (const draft of [bare, hooked]) {
    const events = makeReconciler().reconcile(draft);
    expect(events.map(({ type }) => type)).toEqual([
      'session.discovered',
      'agent.started',
      'tool.use',
      'tool.result',
    ]);
    for (const event of events) expectWhole(event, draft);
  }
});
