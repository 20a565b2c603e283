// Messages as they cross MQTT 5: hooklines write JSON, with the same again in the properties; devices may write plain text.
import { z } from 'zod';
import type { Priority } from '../../protocol/index.ts';
import type { WireMessage } from '../driver.ts';
import { isNode } from '../wire-name.ts';
import { isTopic, nameOfResponse, topicOfName } from './topics.ts';

const Metadata = z.record(z.string(), z.unknown());
const PriorityName = z.enum(['high', 'normal', 'low']);

const Body = z
  .object({
    id: z.string().min(1).nullish(),
    from: z.string().min(1).nullish(),
    message: z.string().min(1).nullish(),
    type: z.string().min(1).nullish(),
    payload: z.unknown().optional(),
    createdAt: z.number().nullish(),
    priority: PriorityName.nullish(),
    files: z.array(z.string()).nullish(),
    metadata: Metadata.nullish(),
    replyTo: z.string().min(1).nullish(),
    correlationId: z.string().min(1).nullish(),
  })
  .refine(({ message, type, payload }) => message || (type && payload !== undefined), {
    message: 'it has neither a message, nor a type and a payload',
  });

/** Properties of a PUBLISH, as far as they say something of a message. */
export interface Properties {
  readonly contentType?: string;
  readonly payloadFormatIndicator?: boolean;
  readonly responseTopic?: string;
  readonly correlationData?: Buffer;
  /** How long it may still wait, in seconds; the broker counts down. */
  readonly messageExpiryInterval?: number;
  readonly userProperties?: Record<string, string | string[]>;
}

export interface Written {
  readonly body: string;
  readonly properties: Properties;
}

/** What stands before correlation data that is not plain text. */
const BINARY = 'base64:';
/** Longest interval that the protocol can say, in seconds. */
const LONGEST_S = 0xffff_ffff;
/** Longest correlation that a message can hold, in characters. */
const MOST_CORRELATION = 256;

/** @param to a name, or `mqtt:TOPIC`: whoever listens there is sent the bare text or payload */
export function write(to: string, message: WireMessage, now: number): Written {
  const { id, from, type, payload, createdAt = now, priority, files, metadata, ttlMs, node } = message;
  const { replyTo = from, correlationId, answersIn = correlationId } = message;
  const text = message.message ?? JSON.stringify(payload);
  const json = {
    ...{ id, from, message: message.message, type, payload, createdAt, priority, files, metadata },
    ...{ replyTo: message.replyTo, correlationId },
  };
  const isBare = isTopic(to);
  const isText = isBare && message.message !== undefined;
  const user = { id, from, node, priority };
  const properties = {
    contentType: isText ? 'text/plain' : 'application/json',
    payloadFormatIndicator: true,
    responseTopic: replyTo === undefined ? undefined : responseTopicOf(replyTo),
    correlationData: answersIn === undefined ? undefined : toData(answersIn),
    messageExpiryInterval:
      ttlMs === undefined ? undefined : Math.min(LONGEST_S, Math.max(1, Math.floor(ttlMs / 1000))),
    userProperties: withoutUndefined(user),
  };
  return {
    body: isBare ? text : JSON.stringify(json),
    properties: withoutUndefined(properties) as Properties,
  };
}

/** What a body says, or why it says nothing. A text that is no message in JSON is the message. */
export function read(body: Buffer, properties: Properties): WireMessage | { readonly malformed: string } {
  const text = textOf(body);
  if (text === undefined) return { malformed: 'its body is no text in UTF-8' };
  if (text.trim() === '') return { malformed: 'its body is empty' };
  const json = asMessage(text);
  if (json === undefined) return { ...fromProperties(properties), message: text };
  const parsed = Body.safeParse(json);
  if (!parsed.success) {
    const [wrong] = parsed.error.issues;
    return { malformed: `${wrong?.path.join('.') || 'its body'}: ${wrong?.message}` };
  }
  const { id, from, message, type, payload, createdAt, priority, files, metadata, replyTo, correlationId } =
    parsed.data;
  const beside = fromProperties(properties);
  return {
    ...beside,
    ...(message ? { message } : { type: type ?? undefined, payload }),
    ...{ id: id ?? beside.id, from: from ?? beside.from, createdAt: createdAt ?? undefined },
    ...{ priority: priority ?? beside.priority, files: files ?? undefined },
    metadata: metadata ? texts(metadata) : undefined,
    replyTo: replyTo ?? beside.replyTo,
    correlationId: correlationId ?? beside.correlationId,
  };
}

/** What a pattern caught is nobody's message: its text as it is. */
export function readCaught(
  topic: string,
  body: Buffer,
  properties: Properties,
): WireMessage | { readonly malformed: string } {
  const text = textOf(body);
  if (text === undefined) return { malformed: 'its body is no text in UTF-8' };
  if (text.trim() === '') return { malformed: 'its body is empty' };
  const { id, replyTo, correlationId, ttlMs } = fromProperties(properties);
  return { id, message: text, metadata: { topic }, replyTo, correlationId, ttlMs };
}

/** Undefined for what is no UTF-8. */
function textOf(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** The object that a text is, when it means to be a message. */
function asMessage(text: string): object | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
    return 'message' in json || ('type' in json && 'payload' in json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function fromProperties(properties: Properties): WireMessage {
  const { userProperties = {}, messageExpiryInterval, responseTopic, correlationData } = properties;
  const said = (key: string): string | undefined => {
    const value = userProperties[key];
    return [value].flat()[0] || undefined;
  };
  const node = said('node');
  const priority = PriorityName.safeParse(said('priority'));
  return {
    ...{ id: said('id'), from: said('from'), node: isNode(node) ? node : undefined },
    priority: priority.success ? (priority.data satisfies Priority) : undefined,
    ttlMs: messageExpiryInterval ? messageExpiryInterval * 1000 : undefined,
    replyTo: responseTopic ? nameOfResponse(responseTopic) : undefined,
    correlationId: correlationData?.length ? fromData(correlationData) : undefined,
  };
}

/** Undefined for somebody who has no topic, such as one at another broker: what stands in the body is all there is then. */
function responseTopicOf(name: string): string | undefined {
  const topic = topicOfName(name);
  return nameOfResponse(topic) === name ? topic : undefined;
}

/** Correlation data is bytes: what is no plain text is written so that the very same bytes can be sent back. */
function fromData(data: Buffer): string | undefined {
  const text = textOf(data);
  const isPlain = text !== undefined && !text.startsWith(BINARY) && !/\p{Cc}/u.test(text);
  const word = isPlain ? text : `${BINARY}${data.toString('base64')}`;
  return word.length > MOST_CORRELATION ? undefined : word;
}

function toData(word: string): Buffer {
  return word.startsWith(BINARY) ? Buffer.from(word.slice(BINARY.length), 'base64') : Buffer.from(word);
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

/** What is absent must not be named either. */
function withoutUndefined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
