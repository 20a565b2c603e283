// What is said about each message of the daemon that is not an event, with examples.
import {
  type AgentSnapshot,
  exampleEvent,
  type Message,
  PROTOCOL_VERSION,
  type RequestOfApproval,
  ServerMessage,
  type SessionState,
} from '../protocol/index.ts';
import type { MessageExample, MessageSources, MessageText } from './message.ts';

type ServerMessageType = ServerMessage['type'];

interface ServerText extends MessageText {
  /** The same as in a frame; checked against the schema by a test. */
  readonly examples: readonly MessageExample[];
  /** True for what answers a request and echoes its id. */
  readonly reply: boolean;
}

const sessionId = '8dd92b6f';
const epoch = 'k3v9x2';

const session: SessionState = {
  sessionId,
  source: 'claude-code',
  cwd: '/home/dev/shop',
  project: '/home/dev/shop',
  name: 'Mend the checkout',
  state: 'tool_running',
  stateSince: 1_795_189_070_902,
  currentTool: 'Bash',
  currentTools: [
    {
      toolUseId: 'toolu_473414b3125e97f0',
      toolName: 'Bash',
      what: 'npm test',
      startedAt: 1_795_189_070_902,
    },
  ],
  lastTools: [
    {
      toolUseId: 'toolu_055b7a075d21628b',
      toolName: 'Read',
      what: '/home/dev/shop/cart.ts',
      startedAt: 1_795_189_069_120,
      durationMs: 12,
      outcome: 'ok',
    },
  ],
  lastMessage: 'Now the tests.',
  currentPrompt: { promptId: 'bb0d8099', text: 'Why does the cart lose items?', at: 1_795_189_060_001 },
  model: 'claude-sonnet-5-5',
  permissionMode: 'default',
  transcriptPath: '/home/dev/.claude/projects/-home-dev-shop/8dd92b6f.jsonl',
  startedBy: 'startup',
  startedAt: 1_795_189_012_798,
  lastActivityAt: 1_795_189_072_310,
  counts: { prompts: 2, turns: 1, tools: 14, failures: 1 },
  gitBranch: 'main',
  version: '2.1.329',
  entrypoint: 'cli',
  kind: 'interactive',
  pid: 25_139,
  usage: { input: 812, output: 2204, cacheRead: 48_110, cacheCreation: 6087 },
};
const agent: AgentSnapshot = {
  agentId: 'a917fd29',
  sessionId,
  agentType: 'code-reviewer',
  description: 'Review the cart',
  toolUseId: 'toolu_af02278cb2afbf0d',
  state: 'working',
  stateSince: 1_795_189_060_114,
  currentTools: [],
  lastTools: [],
  counts: { tools: 0, failures: 0 },
  usage: { input: 100, output: 380, cacheRead: 9100, cacheCreation: 700 },
  startedAt: 1_795_189_060_114,
  lastActivityAt: 1_795_189_071_052,
};
const totals = { input: 812, output: 2204, cacheRead: 48_110, cacheCreation: 6087, costUsd: 0.0931 };

const message: Message = {
  id: '019ad9c8-5b1c-7d40-8c07-3f4a6d2e9b15',
  from: 'ws',
  to: 'backend',
  message: 'Amounts are integers now; see docs/api.md',
  createdAt: 1_795_189_073_001,
  expiresAt: 1_795_275_473_001,
  priority: 'normal',
  state: 'queued',
  via: 'ws',
  verified: true,
  recipients: [{ name: 'backend', state: 'queued', at: 1_795_189_073_001, tries: 0 }],
  key: 'amounts-1',
  files: ['/home/dev/shop/docs/api.md'],
};

const request: RequestOfApproval = {
  requestId: 'qwvhxkzrmtbncjdpgyfs',
  sessionId: session.sessionId,
  kind: 'permission',
  toolName: 'Bash',
  input: { command: 'npm publish', description: 'Publish the package' },
  whole: true,
  suggestions: [{ type: 'setMode', mode: 'acceptEdits', destination: 'session' }],
  cwd: '/home/dev/shop',
  permissionMode: 'default',
  requestedAt: 1_795_189_073_001,
  expiresAt: 1_795_189_133_001,
};

const one = (name: string, payload: ServerMessage): readonly MessageExample[] => [{ name, payload }];

const TEXTS: { readonly [T in ServerMessageType]: ServerText } = {
  snapshot: {
    reply: true,
    summary: 'The state of all sessions and agents, exactly as of its `seq`. Always the first frame.',
    description: 'Without an `id` it is the first frame; with one it answers `get_snapshot`.',
    examples: one('First frame', {
      type: 'snapshot',
      protocol: PROTOCOL_VERSION,
      server: { name: 'hookline', version: '0.1.0' },
      epoch,
      seq: 4711,
      oldestSeq: 1,
      sessions: [session],
      agents: [agent],
    }),
  },
  subscribed: {
    reply: true,
    summary: 'The topics are held; events follow from `seq` on.',
    description:
      'With `recovered: false` the position asked for with `since` could not be honoured, and `reason` says why: take a fresh snapshot with `get_snapshot`.',
    examples: [
      {
        name: 'New subscription',
        payload: { type: 'subscribed', id: 1, topics: ['tool.*'], epoch, seq: 4711 },
      },
      {
        name: 'Resumed',
        payload: { type: 'subscribed', id: 3, topics: ['**'], epoch, seq: 4711, recovered: true },
      },
      {
        name: 'Could not resume',
        payload: {
          type: 'subscribed',
          id: 3,
          topics: ['**'],
          epoch: 'm7q1z8',
          seq: 12,
          recovered: false,
          reason: 'epoch_changed',
        },
      },
    ],
  },
  unsubscribed: {
    reply: true,
    summary: 'The topics are gone; these are left.',
    examples: one('Nothing left', { type: 'unsubscribed', id: 4, topics: [] }),
  },
  session_list: {
    reply: true,
    summary: 'The sessions as they are now.',
    examples: one('One session', { type: 'session_list', id: 6, sessions: [session] }),
  },
  session_history: {
    reply: true,
    summary: 'The newest events of a session, oldest first.',
    examples: one('One event, and more before it', {
      type: 'session_history',
      id: 7,
      sessionId,
      events: [exampleEvent('tool.use')],
      hasMore: true,
    }),
  },
  usage: {
    reply: true,
    summary: 'Tokens and cost so far.',
    examples: one('One session', {
      type: 'usage',
      id: 10,
      sessionId,
      totals,
      byModel: { 'claude-sonnet-5-5': totals },
      costUsd: totals.costUsd,
    }),
  },
  subscribed_agent_log: {
    reply: true,
    summary: 'The transcript is followed; `agent_log` messages come as it grows.',
    examples: one('Followed', { type: 'subscribed_agent_log', id: 11, sessionId }),
  },
  unsubscribed_agent_log: {
    reply: true,
    summary: 'The transcript, or every one, is no longer followed.',
    examples: one('No longer', { type: 'unsubscribed_agent_log', id: 12, sessionId }),
  },
  agent_log: {
    reply: false,
    summary: 'One line of a transcript, parsed.',
    description: "Its shape is the agent's own and may change with any release of it.",
    examples: one('A line', {
      type: 'agent_log',
      sessionId,
      line: { type: 'assistant', message: { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] } },
    }),
  },
  replay_started: {
    reply: true,
    summary: 'The position is back at `from`; the events up to `to` follow.',
    examples: one('Started', { type: 'replay_started', id: 14, from: 4711, to: 4790 }),
  },
  replay_complete: {
    reply: true,
    summary: 'Everything up to `to` has been sent; live events follow.',
    description:
      '`recovered: false` means that something was missing, and `reason` says why; a `superseded` replay was cut short by a later request to move the position.',
    examples: one('Complete', { type: 'replay_complete', id: 14, to: 4790, count: 79, recovered: true }),
  },
  message_sent: {
    reply: true,
    summary: 'The message is on record.',
    description:
      'With `duplicate: true` it was sent before under its key: `messageId` is that of the first, `state` how that stands, and nothing was sent.',
    examples: one('It waits', {
      type: 'message_sent',
      id: 15,
      messageId: message.id,
      state: 'queued',
      duplicate: false,
      recipients: message.recipients,
    }),
  },
  messages: {
    reply: true,
    summary: 'Messages, the newest first, and how each stands.',
    examples: one('One that waits', { type: 'messages', id: 17, messages: [message], hasMore: false }),
  },
  approvals: {
    reply: true,
    summary: 'The requests of sessions that can be answered now, the oldest first.',
    examples: one('One that waits', { type: 'approvals', id: 19, requests: [request] }),
  },
  permission_answered: {
    reply: true,
    summary: 'The answer was the first, is on record, and was handed to the agent.',
    description:
      'What its user did at the terminal in the same moment is not known yet: what the session does next shows in its events.',
    examples: one('Allowed', {
      type: 'permission_answered',
      id: 20,
      requestId: request.requestId,
      outcome: 'allowed',
      by: 'phone',
    }),
  },
  pong: {
    reply: true,
    summary: 'The daemon is there.',
    examples: one('Pong', { type: 'pong', id: 24, seq: 4790 }),
  },
  error: {
    reply: true,
    summary: 'A message could not be served; the connection lives on.',
    description: '`code` is for programs, `message` says what is wrong and what to do.',
    examples: one('A pattern outside the grammar', {
      type: 'error',
      id: 1,
      code: 'invalid_topic',
      message: 'topic pattern "tool..use": has an empty segment',
    }),
  },
  events: {
    reply: false,
    summary: 'A batch of events, for whoever subscribed with `batch: true`.',
    description:
      '`prev` is the position last told on this connection (by `subscribed`, `replay_started`, `events` or `position`). A client that sees `prev` differ from its own position knows that it lost something: reconnect and resume.',
    examples: one('A batch of one', {
      type: 'events',
      prev: 4711,
      to: 4712,
      events: [{ ...exampleEvent('tool.result'), seq: 4712 }],
    }),
  },
  gap: {
    reply: false,
    summary: 'Names exactly what could not be delivered.',
    description: 'Events go on after `to`. Nothing is ever left out without this message.',
    examples: one('Retention deleted them', { type: 'gap', from: 12, to: 240, reason: 'evicted' }),
  },
  position: {
    reply: false,
    summary: 'How far this connection is; comes regularly when nothing else does.',
    description: 'It lets a client that subscribed to little move its own position on.',
    examples: one('Nothing new for you', { type: 'position', seq: 4790 }),
  },
};

/** Every message of the daemon but the events. */
export const SERVER_MESSAGES: MessageSources = Object.fromEntries(
  ServerMessage.options.map(schema => {
    const type = schema.shape.type.value;
    const { reply, ...text } = TEXTS[type];
    return [type, { ...text, tag: 'server', schema, correlated: reply }] as const;
  }),
);

/** Types of the messages that answer a request. */
export const REPLY_TYPES: readonly string[] = Object.entries(TEXTS)
  .filter(([, text]) => text.reply)
  .map(([type]) => type);
