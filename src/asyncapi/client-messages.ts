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
  ping: {
    summary: 'Asks whether the daemon is there, and where this connection stands.',
    replies: ['pong'],
    examples: [{ name: 'Ask', payload: { type: 'ping', id: 15 } }],
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
