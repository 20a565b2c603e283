// A message as the document has it, and the words and examples it is made of.
import type { z } from 'zod';
import type { JsonSchema } from './schemas.ts';

/** What is said about a message; the schema says the rest. */
export interface MessageText {
  /** One sentence. */
  readonly summary: string;
  /** CommonMark, as far as `code`, lists and paragraphs go. */
  readonly description?: string;
}

export interface MessageExample {
  readonly name: string;
  readonly payload: unknown;
}

/** Everything the document knows about one message. */
export interface MessageSource extends MessageText {
  /** Which family it is of: what the docs page sorts by. */
  readonly tag: Tag;
  readonly schema: z.ZodType;
  readonly examples: readonly MessageExample[];
  /** The HTTP status it comes with, when it is an HTTP answer. */
  readonly statusCode?: number;
  /** Its fields `id` and `type` tell which request it belongs to. */
  readonly correlated?: boolean;
  /** Types of the messages that answer it. */
  readonly replies?: readonly string[];
  /** Error codes of its own, besides those that any message can meet. */
  readonly errors?: readonly string[];
}

/** The families of messages. */
export const TAGS = {
  client: 'What a client may send over the WebSocket.',
  server: 'What the daemon answers and tells over the WebSocket, besides events.',
  event:
    'What happened, one envelope each; over the WebSocket and as Server-Sent Events. A text or list of `data` that is required is empty should the agent not have told it.',
  sse: 'What only the Server-Sent Events stream says.',
  http: 'Bodies of `POST /hook` and its answers.',
} as const;

export type Tag = keyof typeof TAGS;

/** Messages by their name under `components.messages`. */
export type MessageSources = Readonly<Record<string, MessageSource>>;

/** The message object of the document. */
export function toMessage(name: string, source: MessageSource, payload: JsonSchema): object {
  const { summary, description, tag, examples, statusCode, correlated, replies, errors } = source;
  return {
    name,
    title: name,
    summary,
    ...(description === undefined ? {} : { description }),
    contentType: 'application/json',
    tags: [{ $ref: `#/components/tags/${tag}` }],
    ...(correlated ? { correlationId: { $ref: '#/components/correlationIds/request' } } : {}),
    payload,
    examples,
    ...(statusCode === undefined ? {} : { bindings: { http: { statusCode, bindingVersion: '0.3.0' } } }),
    ...(replies === undefined ? {} : { 'x-replies': replies }),
    ...(errors === undefined ? {} : { 'x-errors': errors }),
  };
}
