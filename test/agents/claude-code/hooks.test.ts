// What each of Claude Code's 34 hooks becomes, against payloads it really sent and what a reader of the stream expects.
import { describe, expect, test } from 'vitest';
import { fromHook } from '../../../src/agents/claude-code/hooks/translate.ts';
import type { HookPayload } from '../../../src/agents/flat-payload/payload.ts';
import { EVENT_DATA, type EventDraft, isEventType } from '../../../src/protocol/index.ts';
import { recordedPayloads } from '../../support/fixtures.ts';

const NOW = 1_795_189_012_798;
const recorded = [...recordedPayloads('claude-code-2.1.329'), ...recordedPayloads('claude-code-2.1.332')];

function nth(hook: string, index = 0): HookPayload {
  const payload = recorded.filter(each => each.hook_event_name === hook)[index];
  if (!payload) throw new Error(`the recording has no ${hook} number ${index}`);
  return payload;
}

/** Three hooks the recording lacks, with the fields the client declares for them. */
function declared(hook: string, fields: Record<string, unknown>): HookPayload {
  return { session_id: 's', transcript_path: '/t.jsonl', cwd: '/w', hook_event_name: hook, ...fields };
}

const cwd = '/home/dev/project';
const task = { task_id: '3', task_subject: 'Do it', task_description: 'All of it', teammate_name: 'ann' };

/** Payload → type and data, without what every event has. */
const EXPECTED: readonly (readonly [HookPayload, string, Record<string, unknown>])[] = [
  [
    nth('SessionStart'),
    'session.discovered',
    {
      startedBy: 'startup',
      transcriptPath:
        '/home/dev/.claude/projects/-home-dev-project/8dd92b6f-83dd-4922-a1da-0a95c2d86d5a.jsonl',
    },
  ],
  [nth('SessionEnd'), 'session.removed', { reason: 'other' }],
  [nth('UserPromptSubmit'), 'prompt.submitted', { prompt: 'RUN:simple', origin: { kind: 'user' } }],
  [
    nth('UserPromptExpansion'),
    'prompt.expanded',
    {
      prompt: '/labcmd foo bar',
      expansionType: 'slash_command',
      commandName: 'labcmd',
      commandArgs: 'foo bar',
      commandSource: 'projectSettings',
    },
  ],
  [
    nth('PreToolUse'),
    'tool.use',
    {
      toolName: 'Bash',
      toolUseId: 'toolu_473414b3125e97f0',
      input: { command: 'echo hello && ls', description: 'list' },
    },
  ],
  [
    nth('PostToolUse'),
    'tool.result',
    {
      toolName: 'Bash',
      toolUseId: 'toolu_473414b3125e97f0',
      success: true,
      durationMs: 23,
      response: {
        stdout: 'hello\nCLAUDE.md\nsub\nwatched.txt',
        stderr: '',
        interrupted: false,
        isImage: false,
        noOutputExpected: false,
      },
    },
  ],
  [
    nth('PostToolUseFailure'),
    'tool.result',
    {
      toolName: 'Bash',
      toolUseId: 'toolu_599450853d777393',
      success: false,
      durationMs: 50,
      error: 'Exit code 3',
      interrupted: false,
    },
  ],
  [nth('PostToolBatch'), 'tool.batch', { toolUseIds: ['toolu_473414b3125e97f0'] }],
  [
    nth('PreSkillShellCommand'),
    'skill.command',
    {
      toolName: 'Bash',
      toolUseId: '8a030a6a-465a-45f7-bcc0-1b3d26a3155d:inner:preamble-0',
      input: { command: 'echo SKOUT' },
      commandName: 'sk',
      commandSource: 'userSettings',
      invokedBy: 'user',
    },
  ],
  [
    nth('PreSkillShellCommand', 1),
    'skill.command',
    {
      toolName: 'Bash',
      toolUseId: 'toolu_11d5ccda2567073c:preamble-0',
      input: { command: 'echo SKOUT' },
      commandName: 'sk',
      commandSource: 'userSettings',
      invokedBy: 'claude',
    },
  ],
  [
    nth('PermissionRequest', 1),
    'permission.requested',
    {
      toolName: 'Write',
      input: { file_path: '/home/dev/project/c.txt', content: 'new\n' },
      suggestions: [{ type: 'setMode', mode: 'acceptEdits', destination: 'session' }],
    },
  ],
  [
    nth('PermissionDenied'),
    'permission.denied',
    {
      toolName: 'Bash',
      toolUseId: 'toolu_040a52f23bb405fd',
      input: {
        command: 'rm -rf /home/dev/out/doesnotexist-xyz && chmod 777 /home/dev/out/nothing',
        description: 'danger',
      },
      reason: 'Classifier unavailable',
    },
  ],
  [nth('SubagentStart'), 'agent.started', { agentType: 'general-purpose' }],
  [
    nth('SubagentStop'),
    'agent.stopped',
    {
      agentType: 'general-purpose',
      transcriptPath:
        '/home/dev/.claude/projects/-home-dev-project/f0ab33e9-68b4-4713-b3b5-c877390addc8/subagents/agent-a5fe105fd5be8f4ff.jsonl',
      lastMessage: 'sub b done',
    },
  ],
  [nth('Stop'), 'turn.completed', { lastMessage: 'All done.', backgroundTasks: [] }],
  [
    nth('StopFailure', 1),
    'turn.failed',
    { error: 'billing_error', lastMessage: 'Credit balance is too low' },
  ],
  [
    nth('Notification', 1),
    'session.notification',
    { message: 'Claude needs your permission', notificationType: 'permission_prompt' },
  ],
  [nth('PreCompact'), 'context.compacting', { trigger: 'manual', customInstructions: 'short please' }],
  [
    nth('PostCompact'),
    'context.compacted',
    { trigger: 'manual', summary: 'ACK ock. Tool calls will be rejected and you will fail the task.' },
  ],
  [nth('PreModelSwitch'), 'model.switching', { from: 'claude-opus-5-5', to: 'claude-sonnet-5-5' }],
  [nth('PostModelSwitch'), 'model.switched', { from: 'claude-opus-5-5', to: 'claude-sonnet-5-5' }],
  [
    declared('TaskCreated', task),
    'task.created',
    { taskId: '3', subject: 'Do it', description: 'All of it', teammateName: 'ann' },
  ],
  [
    declared('TaskCompleted', task),
    'task.completed',
    { taskId: '3', subject: 'Do it', description: 'All of it', teammateName: 'ann' },
  ],
  [declared('TeammateIdle', { teammate_name: 'ann' }), 'teammate.idle', { teammateName: 'ann' }],
  [
    nth('Elicitation'),
    'elicitation.requested',
    {
      serverName: 'labchan',
      mode: 'form',
      message: 'Please give your name',
      requestedSchema: {
        type: 'object',
        properties: { name: { type: 'string', title: 'Name' } },
        required: ['name'],
      },
    },
  ],
  [
    nth('ElicitationResult'),
    'elicitation.answered',
    { serverName: 'labchan', mode: 'form', action: 'cancel' },
  ],
  [nth('CwdChanged'), 'cwd.changed', { oldCwd: cwd, newCwd: `${cwd}/sub` }],
  [nth('FileChanged'), 'file.changed', { path: `${cwd}/watched.txt`, changeType: 'change' }],
  [nth('DirectoryAdded'), 'directory.added', { path: '/home/dev/out', addedBy: 'slash_command' }],
  [
    nth('ConfigChange'),
    'config.changed',
    { configSource: 'user_settings', path: '/home/dev/.claude/settings.json' },
  ],
  [
    nth('InstructionsLoaded', 1),
    'instructions.loaded',
    {
      path: `${cwd}/sub/CLAUDE.md`,
      memoryType: 'Project',
      loadReason: 'nested_traversal',
      triggerPath: `${cwd}/sub/file.txt`,
    },
  ],
  [nth('WorktreeRemove'), 'worktree.removed', { path: '/home/dev/out/wtreal-25111' }],
  [nth('Setup'), 'setup.run', { trigger: 'init' }],
  [
    nth('MessageDisplay'),
    'message.displayed',
    {
      turnId: '6734791e-3092-4640-8874-2c0a1d1c0074',
      messageId: 'dca4b89b-27ac-40e0-a051-e80817990e8c',
      index: 0,
      final: true,
      delta: "I'll look around.",
    },
  ],
];

const COMMON = ['cwd', 'permissionMode', 'promptId'];

function ownData({ data }: EventDraft): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).filter(([name]) => !COMMON.includes(name)));
}

describe('each hook', () => {
  test.each(
    EXPECTED.map(([payload, type, data]) => ({ hook: payload.hook_event_name, payload, type, data })),
  )('$hook is told as $type', ({ payload, type, data }) => {
    const draft = fromHook(payload, NOW);
    expect(draft.type).toBe(type);
    expect(ownData(draft)).toEqual(data);
    expect(draft).toMatchObject({ timestamp: NOW, sessionId: payload.session_id, source: 'claude-code' });
    expect(draft.hook?.payload).toBe(payload);
  });

  test('of the 34 is covered here, WorktreeCreate apart, which has no normal form', () => {
    const covered = new Set(EXPECTED.map(([payload]) => payload.hook_event_name));
    expect(covered.size).toBe(33);
    const draft = fromHook(nth('WorktreeCreate'), NOW);
    expect(draft.type).toBe('hook.worktree_create');
    expect(draft.data).toBe(nth('WorktreeCreate'));
  });
});

describe('every recorded payload', () => {
  const all = [...recorded, ...recordedPayloads('session-simple'), ...recordedPayloads('session-subagents')];

  test('gives data that its schema knows to the last field', () => {
    for (const payload of all) {
      const draft = fromHook(payload, NOW);
      if (!isEventType(draft.type)) continue;
      const parsed = EVENT_DATA[draft.type].strict().safeParse(draft.data);
      expect(parsed.error, JSON.stringify(payload)).toBeUndefined();
    }
  });

  test('says where, under which prompt and in which mode it happened', () => {
    for (const payload of all) {
      const { hook, data } = fromHook(payload, NOW);
      if (!hook) continue;
      expect(data['cwd']).toBe(payload['cwd']);
      expect(data['promptId']).toBe(payload['prompt_id']);
      expect(data['permissionMode']).toBe(payload['permission_mode']);
    }
  });

  test('belongs to a subagent exactly when it came from within one', () => {
    for (const payload of all) expect(fromHook(payload, NOW).agentId).toBe(payload['agent_id']);
  });

  test('rides along under its own topic', () => {
    expect(fromHook(nth('PreToolUse'), NOW).hook?.topic).toBe('hook.pre_tool_use');
    expect(fromHook(nth('PostToolUseFailure'), NOW).hook?.topic).toBe('hook.post_tool_use_failure');
  });
});

describe('payloads of another release', () => {
  test('an event nobody has heard of is told under its own name, whole', () => {
    const payload = declared('BrandNewEvent2027', { anything: { goes: true } });
    const draft = fromHook(payload, NOW);
    expect(draft.type).toBe('hook.brand_new_event2027');
    expect(draft.data).toEqual(payload);
    expect(draft.hook).toBeUndefined();
  });

  test('an event named like a property of every object is just another unknown event', () => {
    expect(fromHook(declared('constructor', {}), NOW).type).toBe('hook.constructor');
    expect(fromHook(declared('__proto__', {}), NOW).type).toBe('hook._proto_');
  });

  test('a known field of an odd type is left out of the data, or empty where all have it, and stays in the payload', () => {
    const payload = declared('PostToolUse', {
      tool_name: 5,
      tool_use_id: ['x'],
      duration_ms: '12',
      agent_id: {},
      cwd: null,
      tool_response: 'fine',
    });
    const draft = fromHook(payload, NOW);
    expect(draft.data).toEqual({ toolName: '', toolUseId: '', success: true, response: 'fine' });
    expect(draft.agentId).toBeUndefined();
    expect(draft.hook?.payload['tool_name']).toBe(5);
  });

  test('an interrupted tool says so', () => {
    const payload = declared('PostToolUseFailure', { error: 'stopped', is_interrupt: true });
    expect(ownData(fromHook(payload, NOW))).toMatchObject({
      success: false,
      error: 'stopped',
      interrupted: true,
    });
  });
});
