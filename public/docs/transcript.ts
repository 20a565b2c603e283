// Conversations between a client and the daemon, word for word. A test holds them with a real daemon: what it says is this.

import type { ClientMessage, ServerMessage, SessionState } from '../../src/protocol/index.ts';

/** One thing that happens, or is said. */
export interface Step {
  /** Words of the guide. */
  readonly note?: string;
  /** The client opens a WebSocket. */
  readonly connect?: true;
  /** The connection ended, with this code. */
  readonly lost?: number;
  readonly client?: ClientMessage;
  readonly daemon?: ServerMessage;
  /** What goes on meanwhile, in words. */
  readonly happens?: string;
  /** Hooks that are posted meanwhile: their names, and what they carry. */
  readonly hooks?: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  readonly daemonIs?: 'killed' | 'started';
}

const EPOCH = '7c8403e5-876b-412c-8796-701f17d3ed6a';
const server = { name: 'hookline', version: '0.1.0' };
const usage = { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 };
const call = { toolName: 'Bash', toolUseId: 'toolu_473414b3' };
const input = { command: 'npm test' };
const about = { sessionId: '8dd92b6f', source: 'claude-code' };
const place = { session_id: '8dd92b6f', cwd: '/home/dev/shop' };
const hookCall = { ...place, tool_name: 'Bash', tool_use_id: 'toolu_473414b3', tool_input: input };
const cwd = '/home/dev/shop';

const session: SessionState = {
  sessionId: '8dd92b6f',
  source: 'claude-code',
  cwd,
  project: cwd,
  startedAt: 1_795_189_012_798,
  lastActivityAt: 1_795_189_017_301,
  counts: { prompts: 1, turns: 0, tools: 1, failures: 0 },
  startedBy: 'startup',
  currentPrompt: { text: 'Make the tests pass', at: 1_795_189_012_990, origin: { kind: 'user' } },
  state: 'working',
  stateSince: 1_795_189_017_301,
  currentTools: [],
  lastTools: [
    {
      toolUseId: 'toolu_473414b3',
      toolName: 'Bash',
      what: 'npm test',
      startedAt: 1_795_189_013_068,
      durationMs: 4120,
      outcome: 'ok',
    },
  ],
  usage,
};

export const RECONNECT: readonly Step[] = [
  { connect: true },
  {
    note: 'The first frame is always a snapshot: the state exactly as of its `seq`.',
    daemon: {
      type: 'snapshot',
      protocol: 1,
      server,
      epoch: EPOCH,
      seq: 1,
      oldestSeq: 1,
      sessions: [],
      agents: [],
    },
  },
  {
    note: 'Without `since`, events begin right after that snapshot. `batch` saves frames, and lets you check that none is missing.',
    client: { type: 'subscribe', id: 1, topics: ['tool.*', 'turn.*'], batch: true },
  },
  { daemon: { type: 'subscribed', id: 1, topics: ['tool.*', 'turn.*'], epoch: EPOCH, seq: 1 } },
  {
    happens: 'A session starts, is given a prompt and runs a command.',
    hooks: [
      ['SessionStart', { ...place, source: 'startup' }],
      ['UserPromptSubmit', { ...place, prompt: 'Make the tests pass' }],
      ['PreToolUse', hookCall],
    ],
  },
  {
    note: 'You subscribed to two families of topics, so this is one event of six. `prev` is the position you had, `to` the one you have now: keep it, together with the epoch.',
    daemon: {
      type: 'events',
      prev: 1,
      to: 6,
      events: [
        { type: 'tool.use', timestamp: 1_795_189_013_068, ...about, seq: 5, data: { ...call, input, cwd } },
      ],
    },
  },
  { happens: 'The daemon is killed with `kill -9` while the command still runs.', daemonIs: 'killed' },
  { lost: 1006 },
  {
    happens: 'It is started again. The command ends before you are back.',
    daemonIs: 'started',
    hooks: [
      [
        'PostToolUse',
        { ...hookCall, tool_response: { stdout: '214 passed', stderr: '' }, duration_ms: 4120 },
      ],
    ],
  },
  { connect: true },
  {
    note: 'Again a snapshot first. The epoch is the one you know, so your position still means something; its `seq` tells how much you missed.',
    daemon: {
      type: 'snapshot',
      protocol: 1,
      server,
      epoch: EPOCH,
      seq: 9,
      oldestSeq: 1,
      sessions: [session],
      agents: [],
    },
  },
  {
    note: 'Go on from the position you kept, not from the snapshot’s `seq`: then nothing between the two is lost.',
    client: {
      type: 'subscribe',
      id: 2,
      topics: ['tool.*', 'turn.*'],
      batch: true,
      since: { epoch: EPOCH, seq: 6 },
    },
  },
  {
    note: '`recovered: true` promises that what follows has no gap and no duplicate.',
    daemon: {
      type: 'subscribed',
      id: 2,
      topics: ['tool.*', 'turn.*'],
      epoch: EPOCH,
      seq: 6,
      recovered: true,
    },
  },
  {
    note: 'What you missed comes first,',
    daemon: {
      type: 'events',
      prev: 6,
      to: 9,
      events: [
        {
          type: 'tool.result',
          timestamp: 1_795_189_017_301,
          ...about,
          seq: 8,
          data: {
            ...call,
            success: true,
            durationMs: 4120,
            response: { stdout: '214 passed', stderr: '' },
            cwd,
          },
        },
      ],
    },
  },
  {
    happens: 'The agent finishes its turn.',
    hooks: [['Stop', { ...place, last_assistant_message: 'All 214 tests pass.' }]],
  },
  {
    note: 'then what happens, as it happens.',
    daemon: {
      type: 'events',
      prev: 9,
      to: 11,
      events: [
        {
          type: 'turn.completed',
          timestamp: 1_795_189_021_144,
          ...about,
          seq: 10,
          data: { lastMessage: 'All 214 tests pass.', cwd },
        },
      ],
    },
  },
];

/** A position that means nothing any more: the log was copied, restored, lost, or went on in memory. */
export const ANOTHER_EPOCH: readonly Step[] = [
  {
    client: {
      type: 'subscribe',
      id: 3,
      topics: ['tool.*', 'turn.*'],
      since: { epoch: 'a3f0c1d2-0000-4000-8000-000000000000', seq: 4711 },
    },
  },
  {
    note: 'The subscription stands, from now on. What was before cannot be told: throw away what you know, and ask for the state.',
    daemon: {
      type: 'subscribed',
      id: 3,
      topics: ['tool.*', 'turn.*'],
      epoch: EPOCH,
      seq: 11,
      recovered: false,
      reason: 'epoch_changed',
    },
  },
  { client: { type: 'get_snapshot', id: 4 } },
  {
    daemon: {
      type: 'snapshot',
      id: 4,
      protocol: 1,
      server,
      epoch: EPOCH,
      seq: 11,
      oldestSeq: 1,
      sessions: [
        {
          ...session,
          lastActivityAt: 1_795_189_021_144,
          counts: { prompts: 1, turns: 1, tools: 1, failures: 0 },
          lastMessage: 'All 214 tests pass.',
          state: 'idle',
          stateSince: 1_795_189_021_144,
        },
      ],
      agents: [],
    },
  },
];
