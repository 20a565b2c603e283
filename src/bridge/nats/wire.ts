// Where things are at a NATS server: subjects, streams and consumers; and what a message there says.
import { createHash } from 'node:crypto';
import type { JsMsg } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/transport-node';
import { PRIORITIES } from '../../protocol/index.ts';
import type { OutgoingEvent, WireMessage } from '../driver.ts';
import { readBody } from '../wire-body.ts';
import { sessionPart } from '../wire-name.ts';

/** Headers that a program may set whose body is a plain text; a field of a JSON body has precedence. */
const HEADERS = {
  id: 'Nats-Msg-Id',
  from: 'Hookline-From',
  replyTo: 'Hookline-Reply-To',
  correlationId: 'Hookline-Correlation-Id',
  priority: 'Hookline-Priority',
  ttlMs: 'Hookline-TTL-Ms',
};
/** Longest id that a message may have here, in characters. */
const ID_LENGTH = 256;

/** Why a name has no subject, for people; undefined when it has one. */
export function whyNoSubject(name: string): string | undefined {
  if (name.length <= 64 && /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(name)) return undefined;
  return `${JSON.stringify(name)} makes no subject: it must be up to 64 letters, digits, "-" and "_", and dots only between them`;
}

export const messageSubject = (name: string): string => `hookline.in.${name}`;
export const receiptSubject = (node: string): string => `hookline.receipts.${node}`;

export function eventSubject(node: string, { sessionId, type }: OutgoingEvent): string {
  const parts = type.split('.').map(part => part.replace(/[^A-Za-z0-9_-]/g, '_') || '_');
  return `hookline.events.${node}.${sessionPart(sessionId)}.${parts.join('.')}`;
}

/** Whose event is told there. */
export const nodeOfEvent = (subject: string): string => subject.split('.')[2] ?? '';

/** Where one hookline is asked by hubs, and where all of them hear those. */
export const askSubject = (node: string): string => `hookline.ask.${node}`;
/** What begins the subjects at which a hookline is answered. */
export const INBOX = '_INBOX.';
export const inboxOf = (node: string): string => `${INBOX}${node}`;
export const HUBS_SUBJECT = 'hookline.hubs';

/** The consumer that all who have a name share: a consumer's name has no dots (and no %, which nats-server 2.9 takes for one of its own). */
export const consumerOfName = (name: string): string => `hookline_${name.replaceAll('.', '=2E')}`;

/** The consumer of one hookline for what a pattern catches, whatever is in the pattern. */
export function consumerOfPattern(node: string, pattern: string): string {
  return `hookline_${node}_${createHash('sha256').update(pattern).digest('base64url').slice(0, 16)}`;
}

/** What a stored message says, or why it says nothing. What is left of its time may be nothing, or less. */
export function readStored(stored: JsMsg, now: number): WireMessage | { readonly malformed: string } {
  const body = readBody(stored.string());
  if ('malformed' in body) return body;
  const said = { ...fromHeaders(stored.headers), ...body };
  const age = Math.max(0, now - stored.time.getTime());
  return {
    ...said,
    id: said.id ?? idOf(stored),
    ...(said.ttlMs === undefined ? {} : { ttlMs: said.ttlMs - age }),
  };
}

/** What is nobody's message: its text as it is. */
export function readCaught(
  subject: string,
  raw: string,
  headers: MsgHdrs | undefined,
  fallbackId?: string,
): WireMessage | { readonly malformed: string } {
  if (raw === '') return { malformed: 'it is empty' };
  return { message: raw, metadata: { topic: subject }, id: idIn(headers) ?? fallbackId };
}

/** What tells a stored message from all others, so that it is known when it comes again. */
export const idOf = ({ info, timestampNanos }: JsMsg): string =>
  `${info.stream}:${info.streamSequence}:${timestampNanos}`.slice(-ID_LENGTH);

function fromHeaders(headers: MsgHdrs | undefined): WireMessage {
  const ttlMs = Number(header(headers, HEADERS.ttlMs));
  const said = {
    id: idIn(headers),
    from: header(headers, HEADERS.from),
    replyTo: header(headers, HEADERS.replyTo),
    correlationId: header(headers, HEADERS.correlationId),
    priority: PRIORITIES.find(priority => priority === header(headers, HEADERS.priority)),
    ttlMs: ttlMs > 0 ? ttlMs : undefined,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

function idIn(headers: MsgHdrs | undefined): string | undefined {
  const id = header(headers, HEADERS.id);
  return id !== undefined && id.length <= ID_LENGTH ? id : undefined;
}

function header(headers: MsgHdrs | undefined, name: string): string | undefined {
  return headers?.get(name) || undefined;
}
