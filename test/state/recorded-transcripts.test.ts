// Recorded sessions with their transcripts, hooks and lines in the order they were written: the whole state at chosen moments, by hand.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ClaudeTranscript } from '../../src/agents/claude-code/transcript/reader.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { Projection } from '../../src/state/index.ts';
import { makeIntake, makeReconciler } from '../support/agents.ts';

const fixtures = path.join(import.meta.dirname, '../fixtures');
const intake = makeIntake();

interface Recorded {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly drafts: readonly EventDraft[];
}

const linesOf = (name: string): string[] =>
  readFileSync(path.join(fixtures, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');

function hooks(name: string): Recorded[] {
  return linesOf(name).map(line => {
    const { t, body } = JSON.parse(line) as { t: number; body: unknown };
    return { at: t, drafts: [intake(body, t)] };
  });
}

/** What a transcript tells besides the hooks; a line without a time of its own was written right after the one before. */
function transcript(name: string, sessionId: string, agentId?: string): Recorded[] {
  const reader = new ClaudeTranscript({ sessionId, agentId });
  let at = 0;
  let end = 0;
  return linesOf(name).map(line => {
    end += Buffer.byteLength(line) + 1;
    const parsed = JSON.parse(line) as { timestamp?: string };
    at = parsed.timestamp === undefined ? at : Date.parse(parsed.timestamp);
    const facts = reader.read(parsed, end, at);
    return { at, drafts: facts.filter(({ hooksTell }) => !hooksTell).map(({ draft }) => draft) };
  });
}

/** The state after all that was recorded up to a moment. */
function stateAt(recorded: readonly Recorded[], moment: number): Projection {
  const reconciler = makeReconciler();
  const projection = new Projection();
  const append = (event: EventDraft): void => {
    reconciler.observe(event);
    for (const derived of projection.apply(event)) append(derived);
  };
  for (const { at, drafts } of recorded.toSorted((a, b) => a.at - b.at)) {
    if (at > moment) break;
    for (const draft of drafts) for (const event of reconciler.reconcile(draft)) append(event);
  }
  return projection;
}

/** One message of the scripted model. */
const message = (count: number) => ({
  input: 1200 * count,
  output: 87 * count,
  cacheRead: 4500 * count,
  cacheCreation: 300 * count,
});

test('a simple session: in the middle of its work, and after the end of its second life', () => {
  const sessionId = '8dd92b6f-83dd-4922-a1da-0a95c2d86d5a';
  const recorded = [...hooks('session-simple'), ...transcript('transcript-simple', sessionId)];
  const [before] = stateAt(recorded, 1_795_189_013_220).sessions();
  expect(before).toEqual({
    sessionId,
    source: 'claude-code',
    cwd: '/home/dev/project',
    project: '/home/dev/project',
    state: 'tool_running',
    stateSince: 1_795_189_013_219,
    currentTool: 'Read',
    currentTools: [
      {
        toolUseId: 'toolu_25f7c4b8496a8fd7',
        toolName: 'Read',
        what: '/home/dev/project/a.txt',
        startedAt: 1_795_189_013_219,
      },
    ],
    lastTools: [
      {
        toolUseId: 'toolu_473414b3125e97f0',
        toolName: 'Bash',
        what: 'echo hello && ls',
        startedAt: 1_795_189_013_068,
        durationMs: 23,
        outcome: 'ok',
      },
      {
        toolUseId: 'toolu_055b7a075d21628b',
        toolName: 'Write',
        what: '/home/dev/project/a.txt',
        startedAt: 1_795_189_013_157,
        durationMs: 6,
        outcome: 'ok',
      },
    ],
    lastMessage: "I'll look around.",
    currentPrompt: {
      promptId: 'bb0d8099-7b58-47d0-822d-445516232880',
      text: 'RUN:simple',
      at: 1_795_189_012_934,
      origin: { kind: 'user' },
    },
    model: 'claude-opus-5-5',
    contextTokens: 6000,
    permissionMode: 'bypassPermissions',
    gitBranch: 'master',
    version: '2.1.329',
    entrypoint: 'sdk-cli',
    transcriptPath: `/home/dev/.claude/projects/-home-dev-project/${sessionId}.jsonl`,
    startedBy: 'startup',
    startedAt: 1_795_189_012_798,
    lastActivityAt: 1_795_189_013_219,
    counts: { prompts: 1, turns: 0, tools: 3, failures: 0 },
    usage: message(3),
  });
  const end = stateAt(recorded, Number.POSITIVE_INFINITY);
  expect(end.sessions()).toEqual([]);
  const totals = { ...message(5), costUsd: 0.044700000000000004 };
  expect(end.usage.of(sessionId)).toEqual({
    totals,
    byModel: { 'claude-opus-5-5': totals },
    costUsd: 0.044700000000000004,
  });
});

test('a session with subagents: while one of them works on, and when it is over', () => {
  const sessionId = 'f0ab33e9-68b4-4713-b3b5-c877390addc8';
  const agents = ['a5fe105fd5be8f4ff', 'a917fd29a37e2f061'];
  const recorded = [
    ...hooks('session-subagents'),
    ...transcript('transcript-subagents', sessionId),
    ...agents.flatMap(id => transcript(`transcript-subagents-sub-agent-${id}`, sessionId, id)),
  ];
  // Woken by the report of the one, while the other is between two commands.
  const between = stateAt(recorded, 1_795_189_015_350);
  expect(between.sessions()).toMatchObject([
    {
      state: 'idle',
      currentTools: [],
      lastMessage: expect.stringMatching(/^ACK/),
      currentPrompt: { text: expect.stringMatching(/^<task-notification>/) },
      counts: { prompts: 2, turns: 2, tools: 12, failures: 2 },
    },
  ]);
  expect(between.agents()).toEqual([
    {
      agentId: 'a917fd29a37e2f061',
      sessionId,
      agentType: 'general-purpose',
      model: 'claude-opus-5-5',
      contextTokens: 6000,
      state: 'working',
      stateSince: 1_795_189_015_341,
      currentTools: [],
      lastTools: [
        {
          toolUseId: 'toolu_7562837d5fe40dfb',
          toolName: 'Bash',
          what: 'pwd; sleep 0.3',
          startedAt: 1_795_189_014_966,
          durationMs: 334,
          outcome: 'ok',
        },
      ],
      // Its transcript was begun a little before its hook came.
      startedAt: 1_795_189_014_841,
      lastActivityAt: 1_795_189_015_348,
      counts: { tools: 1, failures: 0 },
      usage: message(1),
    },
  ]);
  const end = stateAt(recorded, Number.POSITIVE_INFINITY);
  expect([end.sessions(), end.agents()]).toEqual([[], []]);
  const totals = { ...message(13), costUsd: 0.11622000000000003 };
  expect(end.usage.of(sessionId)).toEqual({
    totals,
    byModel: { 'claude-opus-5-5': totals },
    agents: { a5fe105fd5be8f4ff: message(2), a917fd29a37e2f061: message(3) },
    costUsd: 0.11622000000000003,
  });
  expect(end.usage.byDay('UTC')).toMatchObject([
    { project: '/home/dev/project', input: 15_600, costUsd: 0.11622000000000003 },
  ]);
});
