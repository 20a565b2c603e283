// What `POST /hook` takes in: flat payloads, the old envelope, and a clear refusal for the rest.

import { describe, expect, test } from 'vitest';
import { InvalidPayloadError } from '../../../src/agents/index.ts';
import { makeSanitizer } from '../../../src/sanitize/sanitizer.ts';
import { makeIntake } from '../../support/agents.ts';

const NOW = 1_795_189_012_798;
const intake = makeIntake();

describe('a body that is no hook payload is refused with what is missing', () => {
  test.each([
    [null, /is null, not an object/],
    ['text', /is a string, not an object/],
    [[], /is an array, not an object/],
    [{}, /`session_id` is missing/],
    [{ session_id: '', hook_event_name: 'Stop' }, /`session_id` is empty/],
    [{ session_id: 7, hook_event_name: 'Stop' }, /`session_id` is a number, not a string/],
    [{ session_id: 'x'.repeat(257), hook_event_name: 'Stop' }, /`session_id` is longer than 256 characters/],
    [{ session_id: 's' }, /`hook_event_name` is missing/],
    [{ session_id: 's', hook_event_name: '' }, /`hook_event_name` is empty/],
    [{ sessionId: 's' }, /`session_id` is missing/],
    [{ sessionId: {}, type: 'Stop' }, /`sessionId` is an object, not a string/],
    [{ sessionId: 's', type: 1 }, /`type` is a number/],
  ])('%j', (body, message) => {
    const refused = (): unknown => intake(body, NOW);
    expect(refused).toThrow(InvalidPayloadError);
    expect(refused).toThrow(message);
    expect(refused).toThrow(/"hook_event_name":"PreToolUse"/);
    expect(refused).toThrow(expect.objectContaining({ code: 'invalid_payload' }));
  });

  test('the refusal does not repeat what was posted', () => {
    const secret = 'hunter2hunter2';
    expect(() => intake({ session_id: [secret], hook_event_name: secret }, NOW)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining(secret) }),
    );
  });
});

describe('the old envelope', () => {
  test('with the name of a hook reads as that hook', () => {
    const draft = intake(
      {
        sessionId: 's',
        type: 'PreToolUse',
        agentId: 'a1',
        data: { tool_name: 'Bash', tool_use_id: 'tu-001', tool_input: { command: 'ls' } },
      },
      NOW,
    );
    expect(draft).toMatchObject({
      type: 'tool.use',
      sessionId: 's',
      agentId: 'a1',
      source: 'claude-code',
      timestamp: NOW,
      data: { toolName: 'Bash', toolUseId: 'tu-001', input: { command: 'ls' } },
      hook: { topic: 'hook.pre_tool_use' },
    });
  });

  test('that starts a subagent belongs to the subagent, not to whoever started it', () => {
    const draft = intake(
      {
        sessionId: 's',
        type: 'SubagentStart',
        agentId: 'parent',
        data: { agent_id: 'child', agent_type: 'x' },
      },
      NOW,
    );
    expect(draft).toMatchObject({ type: 'agent.started', agentId: 'child', data: { agentType: 'x' } });
  });

  test.each([['some text'], [[1, 2]], [0], [false]])('with %j for data keeps it as a value', value => {
    expect(intake({ sessionId: 's', type: 'mcp.status', data: value }, NOW).data).toEqual({ value });
  });

  test('cannot change the session or the hook through its data', () => {
    const data = { session_id: 'other', hook_event_name: 'SessionEnd' };
    expect(intake({ sessionId: 's', type: 'Stop', data }, NOW)).toMatchObject({
      type: 'turn.completed',
      sessionId: 's',
    });
  });

  test('with a topic keeps it', () => {
    const data = { anything: 1 };
    expect(intake({ sessionId: 's', type: 'mcp.server_status', data }, NOW)).toEqual({
      type: 'mcp.server_status',
      timestamp: NOW,
      sessionId: 's',
      source: 'legacy',
      data,
    });
    expect(
      intake({ sessionId: 's', type: 'tool.use', data: { toolName: 'Bash', own: 1 } }, NOW),
    ).toMatchObject({ type: 'tool.use', data: { toolName: 'Bash', toolUseId: '', own: 1 } });
  });

  test.each([
    ['system.error', 'hook.system_error'],
    ['system.anything', 'hook.system_anything'],
    ['agent.state_changed', 'hook.agent_state_changed'],
    ['usage.updated', 'hook.usage_updated'],
    ['tool.<script>', 'hook.tool_script_'],
    ['..', 'hook._'],
  ])('with the topic %s is told as %s', (type, told) => {
    expect(intake({ sessionId: 's', type, data: { state: 'idle' } }, NOW).type).toBe(told);
  });

  test('with data that breaks the schema of its topic may not keep it', () => {
    expect(intake({ sessionId: 's', type: 'tool.use', data: { toolUseId: 5 } }, NOW)).toMatchObject({
      type: 'hook.tool_use',
      data: { toolUseId: 5 },
    });
    expect(intake({ sessionId: 's', type: 'tool.result', data: {} }, NOW)).toMatchObject({
      type: 'hook.tool_result',
      data: {},
    });
  });
});

describe('hostile payloads', () => {
  const flat = '"session_id":"s","hook_event_name":"PreToolUse"';

  test('cannot reach the prototype of anything', () => {
    const body: unknown = JSON.parse(
      `{${flat},"__proto__":{"polluted":1},"tool_input":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}`,
    );
    const draft = intake(body, NOW);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect((draft.data['input'] as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(draft.hook?.payload)).toBe(Object.prototype);
    // It is a name like any other.
    expect(JSON.stringify(draft.hook?.payload)).toBe(JSON.stringify(body));
  });

  test.each([
    ['arrays', 200_000, '[', ']'],
    ['objects', 200_000, '{"a":', '}'],
  ])('nested %s, %i deep, are cut and can still be printed', (_, depth, open, close) => {
    const deep = `${open.repeat(depth)}1${close.repeat(depth)}`;
    for (const options of [{}, { redact: false, trim: false }]) {
      const draft = makeIntake(makeSanitizer(options))(JSON.parse(`{${flat},"tool_input":${deep}}`), NOW);
      expect(JSON.stringify(draft)).toContain('[cut: nested deeper than 64 levels]');
    }
  });

  test('a hundred thousand keys pass', () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => `"k${index}":${index}`).join(',');
    const draft = intake(JSON.parse(`{${flat},"tool_input":{${keys}}}`), NOW);
    expect(Object.keys(draft.data['input'] as object)).toHaveLength(100_000);
  });
});
