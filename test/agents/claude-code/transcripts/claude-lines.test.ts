// What single lines of Claude Code's transcripts tell: lines as Claude Code 2.1.329 wrote them, cut down to what matters.
import { describe, expect, test } from 'vitest';
import { ForkPoint } from '../../../../src/agents/claude-code/transcript/fork-point.ts';
import { mayTell } from '../../../../src/agents/claude-code/transcript/lines.ts';
import { ClaudeTranscript } from '../../../../src/agents/claude-code/transcript/reader.ts';
import type { EventDraft } from '../../../../src/protocol/index.ts';

const at = '2026-11-21T11:15:21.123Z';
const now = Date.parse(at);
const user = (content: unknown, fields: object = {}): object => ({
  type: 'user',
  message: { role: 'user', content },
  uuid: 'u1',
  timestamp: at,
  promptId: 'p1',
  ...fields,
});
const typed = { promptSource: 'typed', turnOrigin: 'human' };
const assistant = (content: readonly object[], fields: object = {}, stop_reason = 'end_turn'): object => ({
  type: 'assistant',
  message: { id: 'm1', role: 'assistant', model: 'claude-opus-5-5', content, stop_reason },
  uuid: 'u2',
  timestamp: at,
  ...fields,
});

function told(lines: readonly object[], options: object = {}): EventDraft[] {
  const transcript = new ClaudeTranscript({ sessionId: 's', ...options });
  return lines.flatMap((line, index) => transcript.read(line, index + 1, now)).map(({ draft }) => draft);
}
const types = (lines: readonly object[], options: object = {}): string[] =>
  told(lines, options).map(({ type }) => type);
const prompts = (lines: readonly object[]): unknown[] =>
  told(lines)
    .filter(({ type }) => type === 'prompt.submitted')
    .map(({ data }) => data['prompt']);

describe('a prompt', () => {
  test('is what was typed, and what a program sent', () => {
    expect(prompts([user('RUN:grant', typed)])).toEqual(['RUN:grant']);
    expect(
      prompts([user('<task-notification>done</task-notification>', { promptSource: 'system' })]),
    ).toEqual(['<task-notification>done</task-notification>']);
    expect(prompts([user('from an older client', { promptId: undefined })])).toEqual([
      'from an older client',
    ]);
  });

  test('is a command out of a file, as it was typed', () => {
    const line =
      '<command-message>mycmd</command-message>\n<command-name>/mycmd</command-name>\n<command-args>foo bar</command-args>';
    expect(prompts([user(line, { turnOrigin: 'human' })])).toEqual(['/mycmd foo bar']);
    expect(prompts([user('<command-message>x</command-message>\n<command-name>/x</command-name>')])).toEqual([
      '/x',
    ]);
  });

  test('is what was typed during a turn, though no user line has it', () => {
    const line = {
      type: 'attachment',
      timestamp: at,
      attachment: { type: 'queued_command', prompt: 'RUN:hello', commandMode: 'prompt' },
    };
    expect(told([user('RUN:busy', typed), line]).at(-1)).toMatchObject({
      type: 'prompt.submitted',
      data: { prompt: 'RUN:hello', queued: true, promptId: 'p1' },
    });
  });

  test("is none of the client's own commands, shell commands, summaries and notes to the model", () => {
    expect(
      prompts([
        user('<local-command-caveat>The command below</local-command-caveat>', { isMeta: true }),
        user('<command-name>/clear</command-name>\n<command-message>clear</command-message>'),
        user('<local-command-stdout>Compacted</local-command-stdout>'),
        user('<bash-input>ls</bash-input>'),
        user('<bash-stdout>README.md</bash-stdout><bash-stderr></bash-stderr>'),
        user('This session is being continued from a previous conversation', { isCompactSummary: true }),
        user([{ type: 'tool_result', tool_use_id: 't1', content: 'ok' }]),
        user([{ type: 'text', text: '[Request interrupted by user for tool use]' }]),
      ]),
    ).toEqual([]);
  });
});

describe('the end of a turn', () => {
  test('is its last words, an interruption, or an error of the API', () => {
    expect(types([assistant([{ type: 'text', text: 'Done.' }])])).toEqual([
      'message.assistant',
      'turn.completed',
    ]);
    expect(told([user([{ type: 'text', text: '[Request interrupted by user]' }])]).at(-1)).toMatchObject({
      type: 'turn.failed',
      data: { error: 'interrupted', promptId: 'p1' },
    });
    const failed = assistant([{ type: 'text', text: 'API Error: 529' }], {
      isApiErrorMessage: true,
      error: 'overloaded',
    });
    expect(told([failed]).at(-1)).toMatchObject({ type: 'turn.failed', data: { error: 'overloaded' } });
    const goesOn = assistant([{ type: 'text', text: 'Let me look.' }], {}, 'tool_use');
    expect(types([goesOn])).toEqual(['message.assistant']);
  });

  test('in a subagent is the end of the subagent', () => {
    const first = user('RUN:scout', { parentUuid: null, agentId: 'a1' });
    const resumed = user('The coordinator sent a message while you were working:\nGo on', { isMeta: true });
    const options = { agentId: 'a1', agentType: 'general-purpose' };
    const drafts = told([first, assistant([{ type: 'text', text: 'Scouted.' }]), resumed], options);
    expect(drafts.map(({ type }) => type)).toEqual([
      'agent.started',
      'message.user',
      'message.assistant',
      'agent.stopped',
      'message.user',
    ]);
    expect(drafts.every(({ agentId }) => agentId === 'a1')).toBe(true);
    expect(drafts[3]?.data).toMatchObject({ agentType: 'general-purpose', lastMessage: 'Scouted.' });
  });
});

test('a refused call is a result that was interrupted', () => {
  const use = assistant([{ type: 'tool_use', id: 't1', name: 'Bash', input: {} }], {}, 'tool_use');
  const content = "The user doesn't want to proceed with this tool use. The tool use was rejected";
  const result = user([{ type: 'tool_result', tool_use_id: 't1', content, is_error: true }]);
  expect(told([use, result]).at(-1)).toMatchObject({
    type: 'tool.result',
    data: { toolName: 'Bash', toolUseId: 't1', success: false, interrupted: true },
  });
});

test('compaction is told with its trigger', () => {
  const line = {
    type: 'system',
    subtype: 'compact_boundary',
    timestamp: at,
    compactMetadata: { trigger: 'manual', preTokens: 1170 },
  };
  expect(told([line])).toMatchObject([{ type: 'context.compacted', data: { trigger: 'manual' } }]);
});

test('what the lines say about the session is told when it changes', () => {
  const about = { gitBranch: 'main', version: '2.1.329', entrypoint: 'cli' };
  const drafts = told([
    user('one', { ...typed, ...about }),
    user('two', { ...typed, ...about }),
    user('three', { ...typed, ...about, gitBranch: 'topic' }),
  ]).filter(({ type }) => type === 'session.updated');
  expect(drafts.map(({ data }) => data)).toEqual([about, { gitBranch: 'topic' }]);
});

describe('a fork', () => {
  const copied = '2026-11-21T11:00:00.000Z';
  const own = '2026-11-21T11:15:00.000Z';
  const prompt = (text: string, promptId: string, timestamp: string, fields: object = {}): object =>
    user(text, { ...typed, promptId, timestamp, ...fields });
  const answer = (timestamp: string): object => assistant([{ type: 'text', text: 'Yes.' }], { timestamp });

  test('made by /branch: lines name the session they were copied from', () => {
    const forkedFrom = { sessionId: 'other', messageUuid: 'u0' };
    expect(prompts([prompt('old', 'p1', copied, { forkedFrom }), prompt('new', 'p2', own)])).toEqual(['new']);
  });

  test('known to have begun: older lines were copied', () => {
    const lines = [prompt('old', 'p2', copied), answer(copied), prompt('new', 'p2', own), answer(own)];
    const forkedAt = Date.parse(own) - 1000;
    expect(types(lines, { forkedAt })).toEqual([
      'message.user',
      'prompt.submitted',
      'message.assistant',
      'turn.completed',
    ]);
  });

  function forkPoint(lines: readonly object[]): number {
    const point = new ForkPoint();
    let end = 0;
    for (const line of lines) {
      const text = JSON.stringify(line);
      end += Buffer.byteLength(text) + 1;
      if (point.wants(Buffer.from(text)) && point.read({ text, end })) break;
    }
    return point.offset;
  }
  const sizeOf = (lines: readonly object[]): number =>
    lines.reduce((sum, line) => sum + Buffer.byteLength(JSON.stringify(line)) + 1, 0);

  test('whose beginning was missed: copied lines carry the id of its own first prompt', () => {
    const before = [
      prompt('öld', 'p2', copied),
      answer(copied),
      prompt('older', 'p2', copied),
      answer(copied),
    ];
    const after = [prompt('new', 'p2', own), answer(own), prompt('next', 'p3', own), answer(own)];
    expect(forkPoint([...before, ...after])).toBe(sizeOf(before));
    expect(forkPoint(after)).toBe(0);
    expect(forkPoint([prompt('a', 'p1', own), prompt('b', 'p1', own), answer(own)])).toBe(0);
    expect(forkPoint([])).toBe(0);
  });
});

test('lines of no interest are known by their bytes', () => {
  const wanted = (line: unknown): boolean => mayTell(Buffer.from(JSON.stringify(line)));
  expect(wanted(user('x'))).toBe(true);
  expect(wanted(assistant([]))).toBe(true);
  expect(wanted({ type: 'cost-state' })).toBe(true);
  expect(wanted({ type: 'api-request-blob', blob: JSON.stringify(user('x')) })).toBe(false);
  expect(wanted({ type: 'file-history-snapshot' })).toBe(false);
  expect(mayTell(Buffer.from('{ "type": "user" }'))).toBe(true);
});
