// Messages as cbroker writes them into AMQP: a JSON body, and the same again in the properties.
import type { Options } from 'amqplib';
import { z } from 'zod';
import { queueNameOf } from '../../inbox/index.ts';
import { isObject } from '../../json.ts';
import { PRIORITIES as PRIORITY_NAMES, type Priority } from '../../protocol/index.ts';
import type { WireMessage } from '../driver.ts';
import { isNode } from '../wire-name.ts';

/** How a priority is written as a property, and from which number on it is read as that. */
const PRIORITIES: Readonly<Record<Priority, number>> = { high: 9, normal: 5, low: 1 };
const READ = { high: 7, low: 3 };

/**
 * What only hooklines say: who wants receipts, what the text is when it is a payload, and when its time is up, in milliseconds since
 * 1970. The broker counts down as well, and does not tell how much is left.
 */
const HEADERS = { node: 'x-hookline-node', type: 'x-hookline-type', expires: 'x-hookline-expires' };

/** What cbroker looks at before it takes a message, and less: the rest may be anything there, and what makes no sense was not said. */
const Body = z.object({
  id: z.string().min(1).optional(),
  from: z.string().min(1),
  message: z.string().min(1),
  ts: z.unknown().optional(),
  files: z.array(z.string()).nullish(),
  reply_to: z.unknown().optional(),
  correlation_id: z.unknown().optional(),
  priority: z.unknown().optional(),
  metadata: z.unknown().optional(),
});

/** What somebody may be called here: longer ones are refused where messages are taken in. */
const CALLED = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** What else came with it. */
export interface Properties {
  readonly messageId?: unknown;
  readonly correlationId?: unknown;
  readonly replyTo?: unknown;
  readonly priority?: unknown;
  readonly expiration?: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
}

/** Why a name has no queue, for people; undefined when it has one. */
export function whyNoQueue(name: string): string | undefined {
  if (/^[\w. -]+$/.test(name) && /^[a-zA-Z][a-zA-Z0-9]{0,63}$/.test(queueNameOf(name))) return undefined;
  return `${JSON.stringify(name)} makes no name of a queue: without blanks, ".", "-" and "_" it must be a letter, then up to 63 letters and digits`;
}

export interface Written {
  readonly body: string;
  readonly properties: Options.Publish;
}

/** @param to the queue */
export function write(to: string, message: WireMessage, now: number): Written {
  const {
    id = '',
    from = '',
    createdAt = now,
    files,
    metadata,
    correlationId,
    priority = 'normal',
  } = message;
  const replyTo = message.replyTo === undefined ? undefined : wireName(message.replyTo);
  const isPayload = message.message === undefined;
  const body = {
    ...{ id, from: wireName(from), to, ts: new Date(createdAt).toISOString() },
    message: message.message ?? JSON.stringify(message.payload),
    ...(files && { files }),
    ...(replyTo && { reply_to: replyTo }),
    ...(correlationId && { correlation_id: correlationId }),
    priority,
    ...(metadata && { metadata }),
  };
  const headers = {
    ...(message.node === undefined ? {} : { [HEADERS.node]: message.node }),
    ...(isPayload ? { [HEADERS.type]: message.type } : {}),
    ...(message.ttlMs === undefined ? {} : { [HEADERS.expires]: Math.round(now + message.ttlMs) }),
  };
  const properties = {
    ...{ contentType: 'application/json', deliveryMode: 2, messageId: id, headers },
    timestamp: Math.floor(createdAt / 1000),
    priority: PRIORITIES[priority],
    ...(correlationId && { correlationId }),
    ...(replyTo && { replyTo }),
    ...(message.ttlMs === undefined ? {} : { expiration: String(Math.max(1, Math.round(message.ttlMs))) }),
  };
  return { body: JSON.stringify(body), properties };
}

/** What a body says, or why it says nothing. @param now milliseconds since 1970 */
export function read(
  raw: string,
  properties: Properties,
  now: number,
): WireMessage | { readonly malformed: string } {
  let json: unknown;
  try {
    json = JSON.parse(raw);
  } catch {
    return { malformed: 'its body is no JSON' };
  }
  const parsed = Body.safeParse(json);
  if (!parsed.success) {
    const [wrong] = parsed.error.issues;
    return { malformed: `${wrong?.path.join('.') || 'its body'}: ${wrong?.message}` };
  }
  const { id, from, message, ts, files, reply_to, correlation_id, priority, metadata } = parsed.data;
  const { headers = {}, messageId, correlationId, replyTo, expiration } = properties;
  const type = headers[HEADERS.type];
  const node = headers[HEADERS.node];
  const sentAt = typeof ts === 'string' ? Date.parse(ts) : Number.NaN;
  const answersTo = word(reply_to) ?? word(replyTo);
  return {
    ...{ id: id ?? word(messageId), from: localName(from) },
    ...(typeof type === 'string' ? { type, payload: parse(message) } : { message }),
    createdAt: Number.isNaN(sentAt) ? undefined : sentAt,
    ttlMs: leftOf(Number(expiration), headers[HEADERS.expires], now),
    priority: PRIORITY_NAMES.find(one => one === priority) ?? priorityOf(properties.priority),
    files: files ?? undefined,
    metadata: metadataOf(metadata),
    replyTo: answersTo === undefined ? undefined : localName(answersTo),
    correlationId: word(correlation_id) ?? word(correlationId),
    node: isNode(node) ? node : undefined,
  };
}

/** A name as others find its queue; one that has none stays what it is. */
function wireName(name: string): string {
  return whyNoQueue(name) === undefined ? queueNameOf(name) : name;
}

/** How long it may still wait, in milliseconds: no longer than the whole of its time, whatever the clocks say. */
function leftOf(whole: number, expires: unknown, now: number): number | undefined {
  if (!(whole > 0)) return undefined;
  return typeof expires === 'number' ? Math.min(whole, Math.max(1, expires - now)) : whole;
}

/** Somebody there as they may be called here: by their queue, where their name has what names here have not. */
function localName(name: string): string {
  return CALLED.test(name) ? name : queueNameOf(name) || name;
}

function priorityOf(property: unknown): Priority | undefined {
  if (typeof property !== 'number') return undefined;
  if (property >= READ.high) return 'high';
  return property <= READ.low ? 'low' : 'normal';
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What is no text becomes one: metadata is for people, and for programs that know it. What has no names has this one. */
function metadataOf(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  const entries = Object.entries(isObject(value) ? value : { metadata: value });
  return Object.fromEntries(
    entries.map(([key, one]) => [key, typeof one === 'string' ? one : JSON.stringify(one)]),
  );
}

/** Only what a hookline wrote comes here; a text that is no JSON is one all the same. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
