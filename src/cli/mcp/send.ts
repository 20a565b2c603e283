// The tools that send: a message, an answer, and how far one is.
import path from 'node:path';
import { z } from 'zod';
import { addressOfRoom } from '../../inbox/index.ts';
import { PRIORITIES, Sent } from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import type { Self } from './identity.ts';
import { tool } from './tool.ts';

/** How long a status is worth something, in milliseconds. */
const STATUS_TTL_MS = 60_000;

export const sendMessage = tool({
  name: 'send_message',
  description:
    'Send a message to another session, or to a program that takes messages: to whom is a name or an id that list_sessions shows, or the one on the `reply:` line of a message. It wakes a session that is idle, is read by one that works as soon as it can be, and waits for one that is away.',
  input: z.strictObject({
    to: z.string().describe('The name of a session, or its id.'),
    message: z
      .string()
      .describe('The text, up to 64 KiB; whoever reads it sees nothing of your conversation.'),
    files: z.array(z.string()).optional().describe('Paths of files that it is about.'),
    reply_to: z.string().optional().describe('Where an answer goes. Default: to you.'),
    in_reply_to: z.string().optional().describe('The id of the message that this one answers.'),
    correlation_id: z.string().optional().describe('Your own name for the conversation.'),
    priority: z.enum(PRIORITIES).optional().describe('Default: normal.'),
    ttl_seconds: z.number().optional().describe('How long it may wait. Default: a day.'),
  }),
  async run({ to, message, files, ...input }, { api, self }) {
    const sent = await send(api, self, {
      ...{ to, message },
      files: files?.map(file => path.resolve(self.cwd, file)),
      replyTo: input.reply_to,
      inReplyTo: input.in_reply_to,
      correlationId: input.correlation_id,
      priority: input.priority,
      ttlMs: input.ttl_seconds === undefined ? undefined : Math.round(input.ttl_seconds * 1000),
    });
    return { text: `queued (id: ${sent.id}, to: ${to}, state: ${sent.state})` };
  },
});

export const reply = tool({
  name: 'reply',
  description:
    'Answer whoever wrote to you. Pass on the chat_id, or the sender, of the message; for people in a room that is room:NAME.',
  input: z.strictObject({
    chat_id: z.string().describe('Whom to answer.'),
    text: z.string().describe('The answer.'),
  }),
  async run({ chat_id, text: message }, { api, self }) {
    const { id } = await send(api, self, { to: chatOf(chat_id, self), message });
    return { text: `sent (id: ${id})` };
  },
});

export const status = tool({
  name: 'status',
  description:
    'Tell a program or a person that watches how far you are (thinking, tool_use, idle). For a session it is a message like any other, which wakes it: do not send it to one.',
  input: z.strictObject({
    chat_id: z.string().describe('Whom to tell.'),
    status: z.string().describe('One of: thinking, tool_use, idle.'),
    detail: z.string().optional().describe('More about it.'),
  }),
  async run({ chat_id, status, detail }, { api, self }) {
    await send(api, self, {
      ...{
        to: chatOf(chat_id, self),
        type: 'status',
        payload: { status, ...(detail === undefined ? {} : { detail }) },
      },
      ...{ priority: 'low', ttlMs: STATUS_TTL_MS },
    });
    return { text: 'status sent' };
  },
});

/** Nobody writes to themselves: a session that is told its own name means those in the room of that name. */
function chatOf(chatId: string, { sessionId, session, name, from }: Self): string {
  const isSelf = [sessionId, session?.name, name, from].includes(chatId);
  return isSelf ? addressOfRoom(chatId) : chatId;
}

/** @throws Failure */
function send(api: Api, { from }: Self, message: Readonly<Record<string, unknown>>): Promise<Sent> {
  // JSON leaves out what is undefined.
  return api.post('/api/messages', Sent, undefined, { ...message, from });
}
