// The three channels and who sends what over them; a WebSocket connection is one channel with two operations.
import { securityOf } from './access.ts';
import { CLIENT_MESSAGES, CLIENT_RULES } from './client-messages.ts';
import { EVENT_MESSAGES } from './events.ts';
import { HOOK_ANSWERS, HOOK_REQUESTS } from './hook-messages.ts';
import type { MessageSources } from './message.ts';
import { REPLY_TYPES, SERVER_MESSAGES } from './server-messages.ts';
import { SSE_MESSAGES } from './sse-messages.ts';

/** Every message of the document, by its name. */
export const MESSAGES: MessageSources = {
  ...CLIENT_MESSAGES,
  ...SERVER_MESSAGES,
  ...EVENT_MESSAGES,
  ...SSE_MESSAGES,
  ...HOOK_REQUESTS,
  ...HOOK_ANSWERS,
};

interface Ref {
  readonly $ref: string;
}

const ref = (...path: string[]): Ref => ({ $ref: `#/${path.join('/')}` });

/** A channel carries messages of the components under their own names. */
const carries = (...sources: MessageSources[]): Record<string, Ref> =>
  Object.fromEntries(
    Object.keys(Object.assign({}, ...sources)).map(name => [name, ref('components', 'messages', name)]),
  );

/** An operation refers to messages by way of its channel. */
const of = (channel: string, names: readonly string[]): Ref[] =>
  names.map(name => ref('channels', channel, 'messages', name));

const text = (description: string): object => ({ type: 'string', description });

export const CHANNELS = {
  stream: {
    address: '/ws',
    title: 'WebSocket',
    summary: 'Subscriptions, snapshots, replay and events.',
    description: [
      'The first frame is always a `snapshot`. Then the client subscribes, and events come: one a frame, or in batches when it asked for `batch: true`. `/` is the same, for old clients.',
      'A connection has **one position** in the log. Outside `snapshot`, a top-level `seq` never runs ahead of what this connection was sent, so a client may store whatever `seq` it saw last and resume from it.',
      'A slow reader is never buffered without bound and loses nothing that the log still holds: the daemon stops writing to it and goes on when it reads. Pings come regularly; answering them is all an idle client has to do.',
    ].join('\n\n'),
    servers: [ref('servers', 'websocket')],
    messages: carries(CLIENT_MESSAGES, SERVER_MESSAGES, EVENT_MESSAGES),
    bindings: {
      ws: {
        method: 'GET',
        query: { type: 'object', properties: { token: text('The token, where no header can be set.') } },
        headers: {
          type: 'object',
          properties: {
            Authorization: text('`Bearer <token>`'),
            'Sec-WebSocket-Protocol': text('`hookline.v1, bearer.<token>`'),
          },
        },
        bindingVersion: '0.1.0',
      },
    },
  },
  events: {
    address: '/events',
    title: 'Server-Sent Events',
    summary: 'The same events over plain HTTP.',
    description:
      'Each event is one `data:` line with the envelope, and `id: <epoch>:<seq>`. A client that comes back with `Last-Event-ID` goes on right after it.',
    servers: [ref('servers', 'http')],
    messages: carries(EVENT_MESSAGES, SSE_MESSAGES),
  },
  hook: {
    address: '/hook',
    title: 'Hooks',
    summary: 'Where hooks post what happens.',
    description:
      'An answer comes only after the event is in the log, and fast: hooks sit in a tool call of the user.',
    servers: [ref('servers', 'http')],
    messages: carries(HOOK_REQUESTS, HOOK_ANSWERS),
  },
} as const;

export const OPERATIONS = {
  receiveRequest: {
    action: 'receive',
    channel: ref('channels', 'stream'),
    title: 'Client messages',
    summary: 'What a client sends.',
    description: CLIENT_RULES,
    messages: of('stream', Object.keys(CLIENT_MESSAGES)),
    reply: { channel: ref('channels', 'stream'), messages: of('stream', REPLY_TYPES) },
  },
  sendStream: {
    action: 'send',
    channel: ref('channels', 'stream'),
    title: 'Server messages and events',
    summary: 'What the daemon sends.',
    messages: of('stream', Object.keys({ ...SERVER_MESSAGES, ...EVENT_MESSAGES })),
  },
  sendEvents: {
    action: 'send',
    channel: ref('channels', 'events'),
    title: 'Events over HTTP',
    summary: 'What the daemon sends to a reader of `GET /events`.',
    security: securityOf('bearer', 'query', 'cookie'),
    messages: of('events', Object.keys({ ...EVENT_MESSAGES, ...SSE_MESSAGES })),
    bindings: {
      http: {
        method: 'GET',
        query: {
          type: 'object',
          properties: {
            topics: text('Topic patterns with commas between them. Default: everything.'),
            sessionId: text('Session ids with commas between them. Default: all.'),
            token: text('The token, where no header can be set.'),
          },
        },
        bindingVersion: '0.3.0',
      },
    },
  },
  receiveHook: {
    action: 'receive',
    channel: ref('channels', 'hook'),
    title: 'Post a hook',
    summary: 'What a hook posts, and how it is answered.',
    security: securityOf('ingest', 'bearer'),
    messages: of('hook', Object.keys(HOOK_REQUESTS)),
    reply: { channel: ref('channels', 'hook'), messages: of('hook', Object.keys(HOOK_ANSWERS)) },
    bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
  },
} as const;
