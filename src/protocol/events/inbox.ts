// What happens to messages: an event for each step, and for each of those a message is for.
import { z } from 'zod';
import { Priority, Via } from '../messages.ts';
import { eventData, foreign, text } from './common.ts';

const step = {
  messageId: z.string().describe('The message.'),
  from: z.string().describe('Who sent it.'),
  to: z.string().describe('To whom, as the sender wrote it.'),
  name: z
    .string()
    .describe('Whom of them this is about; `sessionId` is the session that has this name, or empty.'),
  via: Via.describe('The way it came in.'),
  priority: Priority.describe('What is handed out first.'),
  path: text('How it was given: `take`, `inbox-socket`, `channel`.'),
  reason: text('Why.'),
};

const content = {
  message: text('The text, with what looks like a secret taken out.'),
  type: text('What the payload is, of a message without a text.'),
  payload: foreign('The payload of a message without a text.'),
  files: z.array(z.string()).optional().describe('Absolute paths that it is about.'),
  metadata: z.record(z.string(), z.string()).optional().describe('What its sender has to say beside it.'),
};

export const INBOX_EVENTS = {
  'inbox.queued': eventData(
    'A message waits: it was sent, or it was given and came back. Its text comes with the first.',
    { ...step, ...content },
  ),
  'inbox.held': eventData(
    "The session's user has to consent before it gets the message; or, when `reason` is `loop`, two sessions wrote to each other so often that somebody has to type something in one of them.",
    step,
  ),
  'inbox.accepted': eventData('It was given, and nothing is known yet of its arrival.', step),
  'inbox.delivered': eventData('It is proven that it arrived.', step),
  'inbox.expired': eventData('It was not taken in time.', step),
  'inbox.dead': eventData(
    'It cannot be delivered; it can be looked at, and sent again. The text comes with one that was dead from the start.',
    { ...step, ...content },
  ),
  'inbox.cancelled': eventData('It was taken back before anybody had it.', step),
} as const;
