// The frames of a room, field by field as other programs know them: what its clients send, what they are sent, and what is wrong with a frame.
import { z } from 'zod';
import { type ApprovalOutcome, MESSAGE_LIMITS, type MessageState } from '../protocol/index.ts';
import type { Preview } from './preview.ts';

/** Messages in a `history` when the client does not say, and at most. */
export const HISTORY = { fallback: 50, most: 100 } as const;

/** Largest frame of a client, in bytes: the longest text that a message may have, each byte of it escaped (`\\u0000`), and what is beside it. */
export const ROOM_FRAME_BYTES = 6 * MESSAGE_LIMITS.bytes + 4096;

/** A name, or a time: something that is shown beside a text. */
const line = (most: number): z.ZodString =>
  z
    .string()
    .max(most, `must have ${most} characters at most`)
    .regex(/^\P{Cc}*$/u, 'must be one line, without control characters');

const SCHEMAS = {
  message: z.object({
    type: z.literal('message'),
    session_id: z.string(),
    content: z.string().min(1, 'is empty'),
    /** Who writes, as the client says. */
    user: line(128),
    /** When, as the client says. */
    ts: line(64),
  }),
  fetch_history: z.object({
    type: z.literal('fetch_history'),
    session_id: z.string(),
    limit: z
      .number()
      .default(HISTORY.fallback)
      .transform(limit => Math.trunc(Math.min(Math.max(limit, 1), HISTORY.most))),
  }),
  /** The clients that there are name no room with it. */
  permission_response: z.object({
    type: z.literal('permission_response'),
    session_id: z.string().optional(),
    request_id: z.string().min(1, 'is empty'),
    allowed: z.boolean(),
  }),
} as const;

type Schemas = typeof SCHEMAS;
export type ClientFrame = { [T in keyof Schemas]: z.infer<Schemas[T]> }[keyof Schemas];
export type ClientFrameOf<T extends ClientFrame['type']> = Extract<ClientFrame, { type: T }>;

/** Of a time, ISO 8601; of a message that a client sent, whatever the client wrote. */
type Time = string;

export interface HistoryItem {
  readonly role: 'user' | 'assistant';
  readonly content: string;
  readonly ts: Time;
}

export interface ErrorFrame {
  readonly type: 'error';
  readonly session_id: string;
  readonly message: string;
}

interface OfMessage {
  readonly session_id: string;
  readonly message_id: string;
}

interface OfRequest {
  readonly session_id: string;
  /** 5 letters, a to z without l. */
  readonly request_id: string;
}

/**
 * What a client is sent. There MUST be no frame of type `message`, `connected` or `disconnected`: client libraries call their own events
 * like that.
 */
export type ServerFrame =
  | (OfMessage & { readonly type: 'reply'; readonly content: string; readonly ts: Time })
  | (OfMessage & { readonly type: 'receipt'; readonly state: MessageState })
  | (OfMessage & {
      readonly type: 'user_message';
      readonly content: string;
      readonly user: string;
      readonly ts: Time;
    })
  | {
      readonly type: 'status';
      readonly session_id: string;
      readonly status: string;
      readonly detail?: string | undefined;
    }
  | { readonly type: 'history'; readonly session_id: string; readonly messages: readonly HistoryItem[] }
  | (OfRequest & Preview & { readonly type: 'permission_request' })
  | (OfRequest & { readonly type: 'permission_resolved'; readonly outcome: ApprovalOutcome })
  | ErrorFrame;

export const errorFrame = (room: string, message: string): ErrorFrame => ({
  type: 'error',
  session_id: room,
  message,
});

/** A client's text frame, checked; or the frame that says what is wrong with it. */
export function readFrame(
  text: string,
  room: string,
): { readonly message: ClientFrame } | { readonly error: ErrorFrame } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { error: errorFrame(room, 'invalid JSON') };
  }
  const { type } = Object(value) as { readonly type?: unknown };
  if (typeof type !== 'string' || !Object.hasOwn(SCHEMAS, type))
    return { error: errorFrame(room, `unknown message type: ${String(type).slice(0, 64)}`) };
  const parsed = SCHEMAS[type as keyof Schemas].safeParse(value);
  if (!parsed.success) {
    const said = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    return { error: errorFrame(room, `${type} was not taken: ${said}`) };
  }
  const { session_id: named = room } = parsed.data;
  if (named === room) return { message: parsed.data };
  const other = JSON.stringify(named.slice(0, 64));
  const words = `${type} was not taken: session_id is ${other}, and this connection is in ${room}; open another one with session=${encodeURIComponent(named.slice(0, 64))}`;
  return { error: errorFrame(room, words) };
}
