// A message as JSON, at brokers where nobody was before us: its fields are called what they are called here.
import { z } from 'zod';
import { Priority } from '../protocol/index.ts';
import type { WireMessage } from './driver.ts';
import { isNode } from './wire-name.ts';

const text = z.string().min(1);

const Body = z
  .object({
    id: text.nullish(),
    from: text.nullish(),
    to: text.nullish(),
    message: text.nullish(),
    type: text.nullish(),
    payload: z.unknown().optional(),
    createdAt: z.number().nullish(),
    ttlMs: z.number().positive().nullish(),
    priority: Priority.nullish(),
    files: z.array(text).nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
    replyTo: text.nullish(),
    correlationId: text.nullish(),
    node: z.unknown().optional(),
  })
  .refine(
    ({ message, type, payload }) => (message ? !type : Boolean(type) && payload !== undefined),
    'it has neither a "message" nor a "type" and a "payload"',
  );

/** `{id, from, to, message | type and payload, createdAt, ttlMs, priority, files, metadata, replyTo, correlationId, node}`. */
export function writeBody(to: string, message: WireMessage): string {
  return JSON.stringify({ ...message, to: message.to ?? to });
}

/** What a body says, or why it says nothing. One that does not begin with `{` is a text, and that is the message. */
export function readBody(raw: string): WireMessage | { readonly malformed: string } {
  if (raw.trim() === '') return { malformed: 'it is empty' };
  if (!raw.trimStart().startsWith('{')) return { message: raw };
  let json: unknown;
  try {
    json = JSON.parse(raw);
  } catch {
    return { malformed: 'it begins as JSON does, and is none' };
  }
  const parsed = Body.safeParse(json);
  if (!parsed.success) {
    const [wrong] = parsed.error.issues;
    const where = wrong?.path.join('.');
    return { malformed: where ? `${where}: ${wrong?.message}` : `${wrong?.message}` };
  }
  const { metadata, node, payload, ...rest } = parsed.data;
  return {
    ...(Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)) as WireMessage),
    ...(payload === undefined ? {} : { payload }),
    ...(metadata ? { metadata: texts(metadata) } : {}),
    ...(isNode(node) ? { node } : {}),
  };
}

/** What is no text becomes one: metadata is for people, and for programs that know it. */
function texts(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
