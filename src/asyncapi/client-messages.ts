// What is said about each message a client may send, with examples.
import { ClientMessage, type ClientMessageType, type ErrorCode, FIXED_LIMITS } from '../protocol/index.ts';
import type { MessageExample, MessageSources, MessageText } from './message.ts';

interface ClientText extends MessageText {
  readonly replies: readonly string[];
  readonly errors?: readonly ErrorCode[];
  readonly examples: readonly MessageExample[];
}

const sessionId = '8dd92b6f';

const TEXTS: { readonly [T in ClientMessageType]: ClientText } = {
  subscribe: {
    summary: 'Adds topics to what this connection is sent.',
    description: [
      'A topic is the dotted `type` of an event. In a pattern `*` matches within one segment, `**` any number of segments, `{a,b}` is a choice, and a lone `*` or `**` is everything.',
      "The first `subscribe` starts right after the `seq` of the newest snapshot, so that snapshot and events neither overlap nor miss anything. With `since` the connection's one position moves there first and everything after it comes again, in order, then what is live. `recovered: false` in the answer means that this was not possible: take a fresh snapshot; the subscription stands and starts at `subscribed.seq`.",
      'A further `subscribe` adds topics. `sessionId` belongs to the topics of its message; subscribing a topic again replaces its filter. `batch` holds for the connection.',
    ].join('\n\n'),
    replies: ['subscribed'],
    errors: ['invalid_topic', 'limit_exceeded'],
    examples: [
      { name: 'Everything about tools', payload: { type: 'subscribe', id: 1, topics: ['tool.*'] } },
      {
        name: 'Two sessions, in batches',
        payload: {
          type: 'subscribe',
          id: 2,
          topics: ['**'],
          sessionId: [sessionId, 'e48ac1f7'],
          batch: true,
        },
      },
      {
        name: 'Resume after a reconnect',
        payload: { type: 'subscribe', id: 3, topics: ['**'], since: { epoch: 'k3v9x2', seq: 4711 } },
      },
    ],
  },
  unsubscribe: {
    summary: 'Takes topics away again.',
    description: 'Patterns are named as they were subscribed; one that is not held is no error.',
    replies: ['unsubscribed'],
    examples: [{ name: 'One pattern', payload: { type: 'unsubscribe', id: 4, topics: ['tool.*'] } }],
  },
  get_snapshot: {
    summary: 'Asks for the state of all sessions and agents.',
    description:
      'The answer comes once this connection has been sent everything up to its `seq`, so it never runs ahead of the events.',
    replies: ['snapshot'],
    examples: [{ name: 'Ask', payload: { type: 'get_snapshot', id: 5 } }],
  },
  get_session_list: {
    summary: 'Asks for the sessions as they are now.',
    replies: ['session_list'],
    examples: [{ name: 'Ask', payload: { type: 'get_session_list', id: 6 } }],
  },
  get_session_history: {
    summary: 'Asks for the newest events of one session.',
    description: 'To page back, ask again with `before` set to the seq of the oldest event you have.',
    replies: ['session_history'],
    errors: ['not_found'],
    examples: [
      { name: 'The newest', payload: { type: 'get_session_history', id: 7, sessionId, limit: 50 } },
      {
        name: 'The page before',
        payload: { type: 'get_session_history', id: 8, sessionId, limit: 50, before: 4661 },
      },
    ],
  },
  get_usage: {
    summary: 'Asks for tokens and cost, of one session or of all of them.',
    replies: ['usage'],
    errors: ['not_found'],
    examples: [
      { name: 'All sessions', payload: { type: 'get_usage', id: 9 } },
      { name: 'One session', payload: { type: 'get_usage', id: 10, sessionId } },
    ],
  },
  subscribe_agent_log: {
    summary: "Follows a session's transcript, and those of its subagents, line by line.",
    replies: ['subscribed_agent_log', 'agent_log'],
    errors: ['not_found'],
    examples: [{ name: 'Follow', payload: { type: 'subscribe_agent_log', id: 11, sessionId } }],
  },
  unsubscribe_agent_log: {
    summary: 'Stops following a transcript, or all of them.',
    replies: ['unsubscribed_agent_log'],
    examples: [
      { name: 'One session', payload: { type: 'unsubscribe_agent_log', id: 12, sessionId } },
      { name: 'All of them', payload: { type: 'unsubscribe_agent_log', id: 13 } },
    ],
  },
  replay: {
    summary: 'Goes back to a seq: what came after it, among the topics held, is sent again.',
    description: [
      '`replay_started` is the reply; `replay_complete` carries the same `id`. Live events follow after.',
      'A client that loses its connection in the middle of a replay resumes from the last event it got, not from the `seq` of the snapshot.',
    ].join('\n\n'),
    replies: ['replay_started', 'replay_complete'],
    examples: [
      {
        name: 'After a reconnect',
        payload: { type: 'replay', id: 14, lastSeq: 4711, epoch: 'k3v9x2' },
      },
    ],
  },
  send_message: {
    summary: 'Sends a message to a session, or to a program that takes it.',
    description: [
      "The answer comes once the message is on record. The fields and the rules are those of `POST /api/messages`, but for `type` and `id`, which are the command's own here: what a payload is stands in `messageType`, and the id of the message in `messageId` of the answer. It is `via` `ws`.",
      'Give it a `key`: whoever loses the connection before the answer sends the same again, and is told `duplicate: true` and the `messageId` of the first, should that have arrived. The token needs the scope `send`, besides the `read` that a connection needs. The frame may be as large as any; what is longer goes over HTTP.',
    ].join('\n\n'),
    replies: ['message_sent'],
    errors: ['not_found', 'forbidden', 'conflict', 'payload_too_large', 'inbox_full', 'not_durable'],
    examples: [
      {
        name: 'A text',
        payload: {
          type: 'send_message',
          id: 15,
          to: 'backend',
          message: 'Amounts are integers now; see docs/api.md',
          key: 'amounts-1',
          files: ['/home/dev/shop/docs/api.md'],
        },
      },
      {
        name: 'A payload',
        payload: {
          type: 'send_message',
          id: 16,
          to: 'group:web',
          from: 'ci',
          messageType: 'build',
          payload: { commit: '4f2a91c', green: false },
          priority: 'high',
          ttlMs: 600_000,
        },
      },
    ],
  },
  get_messages: {
    summary: 'Asks for messages, the newest first, and how each stands.',
    description:
      'To page back, ask again with `before` set to the id of the last one you have: `hasMore` says whether there is more, also where the answer would have been too long.',
    replies: ['messages'],
    examples: [
      {
        name: 'What waits for a name',
        payload: { type: 'get_messages', id: 17, to: 'backend', state: 'queued' },
      },
      {
        name: 'The page before',
        payload: { type: 'get_messages', id: 18, limit: 50, before: '019ad9c8-5b1c-7d40-8c07-3f4a6d2e9b15' },
      },
    ],
  },
  get_approvals: {
    summary: 'Asks which requests of sessions can be answered now.',
    description:
      'Whoever comes late sees with it what is open. With the scope `approve` every `input` is whole; with `read` alone it is as in the events, and `whole` is false.',
    replies: ['approvals'],
    examples: [{ name: 'What waits', payload: { type: 'get_approvals', id: 19 } }],
  },
  answer_permission: {
    summary: 'Answers a request of a session, in the place of its user.',
    description: [
      'The token needs the scope `approve`. A request is held as long as somebody is connected who may answer it and subscribed to `permission.*`, and at most as long as `approvals.waitMs` says; the dialog at its terminal is open all the while, and the first answer counts. Whoever comes second is told `already_answered`.',
      'Show what `get_approvals` says, not the event: only there nothing is taken out, and what was shown is what runs. A frame may be as large as any; a larger `updatedInput` goes over `POST /api/approvals/ID`, whose body has the same fields.',
    ].join('\n\n'),
    replies: ['permission_answered'],
    errors: ['not_found', 'forbidden', 'already_answered', 'invalid_message'],
    examples: [
      {
        name: 'Yes',
        payload: { type: 'answer_permission', id: 20, requestId: 'qwvhxkzrmtbncjdpgyfs', behavior: 'allow' },
      },
      {
        name: 'No, and why',
        payload: {
          type: 'answer_permission',
          id: 21,
          requestId: 'qwvhxkzrmtbncjdpgyfs',
          behavior: 'deny',
          message: 'Run the tests first.',
        },
      },
      {
        name: 'The answers to a question',
        payload: {
          type: 'answer_permission',
          id: 22,
          requestId: 'qwvhxkzrmtbncjdpgyfs',
          behavior: 'allow',
          answers: { 'Which database?': 'SQLite' },
        },
      },
      {
        name: 'A plan is good, and edits need not be asked for',
        payload: {
          type: 'answer_permission',
          id: 23,
          requestId: 'qwvhxkzrmtbncjdpgyfs',
          behavior: 'allow',
          mode: 'acceptEdits',
        },
      },
    ],
  },
  ping: {
    summary: 'Asks whether the daemon is there, and where this connection stands.',
    replies: ['pong'],
    examples: [{ name: 'Ask', payload: { type: 'ping', id: 24 } }],
  },
};

/** Every message a client may send. */
export const CLIENT_MESSAGES: MessageSources = Object.fromEntries(
  ClientMessage.options.map(schema => {
    const type = schema.shape.type.value;
    return [type, { ...TEXTS[type], tag: 'client', schema, correlated: true }] as const;
  }),
);

/** What a reader should know about all of them. */
export const CLIENT_RULES = [
  'JSON text frames. A message may carry an `id` (a string or a number); every message gets exactly one reply, which echoes it.',
  `One \`subscribe\` names at most ${FIXED_LIMITS.topicsPerSubscribe} topics. Anything wrong with a message is answered with \`error\`, and the connection lives on.`,
].join('\n\n');
