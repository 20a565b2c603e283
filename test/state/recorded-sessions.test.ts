// Recorded sessions, payload by payload: the state at chosen moments, written down by hand from the recording.
import { describe, expect, test } from 'vitest';
import type { AgentSnapshot, SessionState } from '../../src/protocol/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { type FixtureName, recordedPayloads } from '../support/fixtures.ts';

interface State {
  readonly sessions: SessionState[];
  readonly agents: AgentSnapshot[];
}

/** `<state> <currentTool>` of the session and its agents, and the counts; `-` when there is no session. */
function seen({ sessions: [session], agents }: State): string {
  if (!session) return '-';
  const { prompts, turns, tools, failures } = session.counts;
  const short = (one: { state: string; currentTool?: string | undefined }) =>
    `${one.state} ${one.currentTool ?? ''}`.trim();
  const others = agents.map(agent => `${agent.agentId.slice(0, 4)} ${short(agent)}`);
  return [short(session), `p${prompts} t${turns} u${tools} f${failures}`, ...others].join(' | ');
}

/** Posts a recording and notes the state after each payload; the clock goes one second a payload. */
async function play(
  name: FixtureName,
): Promise<{ states: string[]; at: (payload: number) => State; daemon: TestDaemon }> {
  let now = 1_000_000;
  const daemon = await startTestDaemon({ now: () => now });
  const states: State[] = [];
  for (const payload of recordedPayloads(name)) {
    now += 1000;
    expect((await daemon.post(payload)).status).toBe(202);
    states.push((await (await daemon.get('/api/snapshot')).json()) as State);
  }
  const at = (payload: number): State => {
    const state = states[payload - 1];
    if (!state) throw new Error(`the recording has only ${states.length} payloads`);
    return state;
  };
  return { states: states.map(seen), at, daemon };
}

describe('a simple session, resumed once', () => {
  test('every step', async () => {
    const { states, at, daemon } = await play('session-simple');
    expect(states).toEqual([
      'idle | p0 t0 u0 f0', // SessionStart
      'idle | p0 t0 u0 f0', // InstructionsLoaded
      'working | p1 t0 u0 f0', // UserPromptSubmit
      'working | p1 t0 u0 f0', // MessageDisplay
      'tool_running Bash | p1 t0 u1 f0',
      'working | p1 t0 u1 f0',
      'working | p1 t0 u1 f0', // PostToolBatch
      'tool_running Write | p1 t0 u2 f0',
      'working | p1 t0 u2 f0',
      'working | p1 t0 u2 f0', // PostToolBatch
      'tool_running Read | p1 t0 u3 f0',
      'working | p1 t0 u3 f0',
      'working | p1 t0 u3 f0', // PostToolBatch
      'working | p1 t0 u3 f0', // MessageDisplay
      'idle | p1 t1 u3 f0', // Stop
      '-', // SessionEnd
      'idle | p1 t1 u3 f0', // SessionStart, resumed
      'idle | p1 t1 u3 f0', // InstructionsLoaded
      'working | p2 t1 u3 f0', // UserPromptSubmit
      'working | p2 t1 u3 f0', // MessageDisplay
      'idle | p2 t2 u3 f0', // Stop
      '-', // SessionEnd
    ]);
    expect(at(5).sessions[0]).toEqual({
      sessionId: recordedPayloads('session-simple')[0]?.session_id,
      source: 'claude-code',
      cwd: '/home/dev/project',
      project: '/home/dev/project',
      state: 'tool_running',
      stateSince: 1_005_000,
      currentTool: 'Bash',
      currentTools: [
        {
          toolUseId: 'toolu_473414b3125e97f0',
          toolName: 'Bash',
          what: 'echo hello && ls',
          startedAt: 1_005_000,
        },
      ],
      lastTools: [],
      currentPrompt: {
        promptId: 'bb0d8099-7b58-47d0-822d-445516232880',
        text: 'RUN:simple',
        at: 1_003_000,
        origin: { kind: 'user' },
      },
      startedBy: 'startup',
      permissionMode: 'bypassPermissions',
      transcriptPath: recordedPayloads('session-simple')[0]?.['transcript_path'],
      startedAt: 1_001_000,
      lastActivityAt: 1_005_000,
      counts: { prompts: 1, turns: 0, tools: 1, failures: 0 },
      usage: { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 },
    });
    expect(at(15).sessions[0]).toMatchObject({
      stateSince: 1_015_000,
      lastMessage: 'All done.',
      lastTools: [
        { toolName: 'Bash', what: 'echo hello && ls', startedAt: 1_005_000, durationMs: 23, outcome: 'ok' },
        { toolName: 'Write', what: '/home/dev/project/a.txt', durationMs: 6, outcome: 'ok' },
        { toolName: 'Read', what: '/home/dev/project/a.txt', durationMs: 3, outcome: 'ok' },
      ],
    });
    expect(at(19).sessions[0]).toMatchObject({
      startedBy: 'resume',
      startedAt: 1_017_000,
      permissionMode: 'default',
    });
    await daemon.stop();
  });

  test('each change of state is an event, told once', async () => {
    const { daemon } = await play('session-simple');
    const page = (await (await daemon.get('/api/events?topics=agent.state_changed&limit=1000')).json()) as {
      events: { data: { state: string; currentTool?: string } }[];
    };
    const turn = [
      'tool_running Bash',
      'working',
      'tool_running Write',
      'working',
      'tool_running Read',
      'working',
    ];
    expect(page.events.map(({ data }) => `${data.state} ${data.currentTool ?? ''}`.trim())).toEqual([
      ...['working', ...turn, 'idle', 'offline'],
      ...['working', 'idle', 'offline'],
    ]);
    await daemon.stop();
  });
});

test('a session with parallel tools, failures and two subagents in the background', async () => {
  const { states, at, daemon } = await play('session-subagents');
  const moments: Record<number, string> = {
    1: 'idle | p0 t0 u0 f0',
    3: 'working | p1 t0 u0 f0',
    7: 'tool_running Read | p1 t0 u3 f0', // three in parallel; the one that started last is shown
    8: 'tool_running Bash | p1 t0 u3 f0', // Read is done, two Bash still run
    9: 'tool_running Bash | p1 t0 u3 f0',
    10: 'working | p1 t0 u3 f0',
    18: 'working | p1 t0 u6 f1', // a Bash failed
    22: 'tool_running Agent | p1 t0 u8 f1 | a917 working',
    25: 'working | p1 t0 u8 f1 | a917 working | a5fe working',
    28: 'working | p1 t0 u10 f1 | a917 tool_running Bash | a5fe tool_running Bash',
    30: 'tool_running Read | p1 t0 u12 f1 | a917 tool_running Bash | a5fe tool_running Read',
    31: 'working | p1 t0 u12 f2 | a917 tool_running Bash | a5fe tool_running Read',
    33: 'working | p1 t0 u12 f2 | a917 tool_running Bash | a5fe tool_running Bash',
    34: 'working | p1 t0 u12 f2 | a917 tool_running Bash | a5fe working',
    37: 'idle | p1 t1 u12 f2 | a917 tool_running Bash | a5fe working', // Stop, while both work on
    38: 'idle | p1 t1 u12 f2 | a917 tool_running Bash',
    39: 'working | p2 t1 u12 f2 | a917 tool_running Bash', // woken by the subagent's report
    41: 'idle | p2 t2 u12 f2 | a917 tool_running Bash',
    42: 'idle | p2 t2 u12 f2 | a917 working',
    45: 'idle | p2 t2 u13 f3 | a917 working',
    47: 'idle | p2 t2 u13 f3',
    50: 'idle | p3 t3 u13 f3',
    51: '-',
  };
  expect(Object.fromEntries(Object.keys(moments).map(at => [at, states[Number(at) - 1]]))).toEqual(moments);
  expect(at(22).agents[0]).toEqual({
    agentId: expect.stringMatching(/^a917/),
    sessionId: recordedPayloads('session-subagents')[0]?.session_id,
    agentType: 'general-purpose',
    state: 'working',
    stateSince: 1_022_000,
    currentTools: [],
    lastTools: [],
    startedAt: 1_022_000,
    lastActivityAt: 1_022_000,
    counts: { tools: 0, failures: 0 },
    usage: { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 },
  });
  expect(at(46).agents[0]).toMatchObject({
    counts: { tools: 2, failures: 1 },
    lastTools: [
      { toolName: 'Bash', what: 'pwd; sleep 0.3', outcome: 'ok' },
      { toolName: 'Bash', what: 'false', outcome: 'failed' },
    ],
  });
  expect(at(51)).toMatchObject({ sessions: [], agents: [] });
  await daemon.stop();
});
