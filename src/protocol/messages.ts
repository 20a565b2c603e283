// Messages: what is sent to a session by its name, and what is known of it.
import { z } from 'zod';

/** What the protocol fixes of messages. */
export const MESSAGE_LIMITS = {
  /** Longest text, or `payload` as JSON, in bytes of UTF-8. */
  bytes: 64 * 1024,
  /** How deep a `payload` may be nested: what is much deeper cannot be written as JSON any more. */
  depth: 256,
  /** How long a message waits, in milliseconds: at least, at most, and when its sender does not say. */
  ttlMs: { least: 1000, most: 30 * 24 * 3600_000, fallback: 24 * 3600_000 },
  /** How long a repeat of a key is told from something new, in milliseconds. */
  repeatMs: 24 * 3600_000,
  /** Tries, after which a message is dead. */
  tries: 5,
  /** Files, and their paths in characters. */
  files: 32,
  pathLength: 4096,
  /** Entries of `metadata`, and characters of a value. */
  metadata: 32,
  metadataLength: 1024,
} as const;

/** Whether a payload is nested deeper than it may be. */
export function isTooDeep(payload: unknown): boolean {
  let level = [payload];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MESSAGE_LIMITS.depth) return true;
    level = level.flatMap(one => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

/**
 * How a message stands with one recipient, from the least advanced on: what is open, then what did not arrive. The last four are ends;
 * a message for several is as far as the first of these that one of them is in.
 */
export const MESSAGE_STATES = [
  'queued',
  'held',
  'accepted',
  'dead',
  'expired',
  'cancelled',
  'delivered',
] as const;
export const MessageState = z.enum(MESSAGE_STATES);
export type MessageState = z.infer<typeof MessageState>;

/** The ways in. */
export const VIAS = [
  'http',
  'cli',
  'ws',
  'mcp',
  'channel',
  'bridge',
  'webhook',
  'fifo',
  'unix',
  'amqp',
  'mqtt',
  'redis',
  'nats',
] as const;
export const Via = z.enum(VIAS);
export type Via = z.infer<typeof Via>;

export const PRIORITIES = ['high', 'normal', 'low'] as const;
export const Priority = z.enum(PRIORITIES);
export type Priority = z.infer<typeof Priority>;

/** A name lives from its first use on, before and after any session. */
export const Name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9._-]{0,63}$/, 'must be a letter, then up to 63 letters, digits, ".", "_", "-"');

/** Who somebody says they are: a name, and what a door or a broker puts to it, or the id of a session. */
const Sender = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@:-]{0,127}$/, 'must be a name, such as backend');
/** Where an answer goes: characters that are seen, so that it stays one word wherever it is written. */
const ReplyTo = z
  .string()
  .regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S}]{1,256}$/u, 'must be 1 to 256 characters, without blanks');
const word = z.string().min(1).max(256);

/** What is sent. */
export const NewMessage = z
  .strictObject({
    to: z
      .string()
      .min(1)
      .max(256)
      .describe(
        'A name, the id of a session, `group:NAME`, `project:GLOB`, `room:NAME`, `NAME@BROKER`, or `*`.',
      ),
    message: z.string().min(1).optional().describe('The text, up to 64 KiB.'),
    type: word.optional().describe('In place of a text: what the payload is.'),
    payload: z
      .unknown()
      .refine(payload => !isTooDeep(payload), `is nested more than ${MESSAGE_LIMITS.depth} levels deep`)
      .optional()
      .describe('Any JSON, up to 64 KiB.'),
    from: Sender.optional().describe('Who sends it. Default: the way in.'),
    key: word.optional().describe("The sender's own id; a repeat within a day is not sent again."),
    priority: Priority.default('normal').describe('What is sent on first.'),
    ttlMs: z
      .int()
      .min(MESSAGE_LIMITS.ttlMs.least)
      .max(MESSAGE_LIMITS.ttlMs.most)
      .default(MESSAGE_LIMITS.ttlMs.fallback)
      .describe('How long it may wait, in milliseconds.'),
    whenBusy: z
      .enum(['now', 'defer'])
      .default('now')
      .describe('Of a session at work: read as soon as it can be, or once its turn is over.'),
    replyTo: ReplyTo.optional().describe('Where an answer goes. Default: `from`.'),
    inReplyTo: word.optional().describe('The id of the message that this one answers.'),
    correlationId: word
      .optional()
      .describe(
        "The sender's own name for a conversation; the id of a message that is here is as `inReplyTo`.",
      ),
    files: z
      .array(z.string().min(1).max(MESSAGE_LIMITS.pathLength).startsWith('/', 'must be an absolute path'))
      .max(MESSAGE_LIMITS.files)
      .optional()
      .describe('Absolute paths that the text is about.'),
    metadata: z
      .record(word, z.string().max(MESSAGE_LIMITS.metadataLength))
      .refine(value => Object.keys(value).length <= MESSAGE_LIMITS.metadata, 'has too many entries')
      .optional()
      .describe('What the sender has to say beside the text.'),
  })
  .refine(
    ({ message, type, payload }) =>
      message !== undefined
        ? type === undefined && payload === undefined
        : type !== undefined && payload !== undefined,
    'must have either message, or type and payload',
  );
export type NewMessage = z.infer<typeof NewMessage>;
/** The same as its sender writes it: what has a default may be left out. */
export type NewMessageInput = z.input<typeof NewMessage>;

/** How a message stands with one of those it is for. */
export const Recipient = z.object({
  name: z.string().describe('The name, or the id of a session without one.'),
  sessionId: z.string().optional().describe('The session that it was given to last.'),
  state: MessageState,
  at: z.int().describe('Since when, in milliseconds since 1970.'),
  path: z.string().optional().describe('How it was given: `take`, `inbox-socket`, `channel`.'),
  reason: z.string().optional().describe('Why it stands like this.'),
  tries: z.int().describe('How often it was given.'),
  givenAt: z.int().optional().describe('When it was given last, in milliseconds since 1970.'),
  answeredAt: z.int().optional().describe('When it was answered first, in milliseconds since 1970.'),
});
export type Recipient = z.infer<typeof Recipient>;

/** A message, and all that is known of it. */
export const Message = z.object({
  id: z.string().describe('A UUIDv7.'),
  from: z.string().describe('Who sent it, as they say.'),
  to: z.string().describe('Whom it is for, as its sender wrote it.'),
  message: z.string().optional().describe('The text.'),
  type: z.string().optional().describe('In place of a text: what the payload is.'),
  payload: z.unknown().optional().describe('Any JSON.'),
  createdAt: z.int().describe('Milliseconds since 1970.'),
  expiresAt: z.int().describe('Milliseconds since 1970.'),
  priority: Priority,
  state: MessageState.describe('The least advanced of its recipients.'),
  via: Via,
  verified: z.boolean().describe('Whether it is certain that `from` sent it.'),
  recipients: z.array(Recipient).describe('All it is for.'),
  key: z.string().optional().describe("The sender's own id."),
  replyTo: z.string().optional().describe('Where an answer goes; absent: to `from`.'),
  inReplyTo: z.string().optional().describe('The id of the message that this one answers.'),
  correlationId: z.string().optional().describe("The sender's own name for a conversation."),
  files: z.array(z.string()).optional().describe('Absolute paths that the text is about.'),
  metadata: z.record(z.string(), z.string()).optional().describe('What the sender says beside the text.'),
});
export type Message = z.infer<typeof Message>;

/** What a sender is told. */
export const Sent = z.object({
  id: z.string().describe('The id of the message.'),
  state: MessageState,
  duplicate: z.boolean().describe('It was sent before: `id` is that of the first.'),
  recipients: z.array(Recipient).describe('All it is for.'),
});
export type Sent = z.infer<typeof Sent>;

/** Some of the messages there are. */
export const MessagePage = z.object({
  messages: z.array(Message).describe('The newest first.'),
  hasMore: z.boolean().describe('Whether there are older ones.'),
});
export type MessagePage = z.infer<typeof MessagePage>;
