// A message as the inbox works with it: its text stays in the store until somebody wants it.
import { hash } from 'node:crypto';
import type { MessageRow, MessageWrite } from '../log/index.ts';
import type { Message, NewMessage, Priority, Recipient, Via } from '../protocol/index.ts';
import { isEnd, leastAdvanced } from './message-state.ts';

/** One of those a message is for. */
export interface Addressee extends Recipient {
  /** Until when whoever took it may say that it arrived, in milliseconds since 1970. */
  leaseUntil?: number | undefined;
}

export interface Letter {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly key: string | undefined;
  readonly via: Via;
  readonly verified: boolean;
  readonly priority: Priority;
  readonly createdAt: number;
  /** How long it may wait, in milliseconds: from when it was sent, or sent again. */
  readonly ttlMs: number;
  expiresAt: number;
  readonly replyTo: string | undefined;
  readonly inReplyTo: string | undefined;
  readonly correlationId: string | undefined;
  /** Tells another content under the same key. */
  readonly digest: string;
  readonly addressees: Addressee[];
}

/** What never changes, and may be long. */
export type Content = Pick<Message, 'message' | 'type' | 'payload' | 'files' | 'metadata'>;

type Head = Omit<Letter, 'id'>;

export function contentOf({ message, type, payload, files, metadata }: NewMessage): string {
  return JSON.stringify({ message, type, payload, files, metadata });
}

export const digestOf = (content: string): string => hash('sha256', content, 'hex').slice(0, 32);

export function stateOf({ addressees }: Letter): Message['state'] {
  return leastAdvanced(addressees.map(({ state }) => state));
}

/** When the last of its recipients came to an end; undefined while one has not. */
function endOf({ addressees }: Letter): number | undefined {
  return addressees.every(({ state }) => isEnd(state))
    ? Math.max(0, ...addressees.map(({ at }) => at))
    : undefined;
}

/** The row as it is now. @param content with the first one */
export function toRow(letter: Letter, content?: string): MessageWrite {
  const { id, ...head } = letter;
  return {
    ...{ id, sender: letter.from, key: letter.key, head: JSON.stringify(head), endedAt: endOf(letter) },
    ...(content === undefined ? {} : { content }),
  };
}

export function fromRow({ id, head }: MessageRow): Letter {
  return { id, ...(JSON.parse(head) as Head) };
}

/** What everybody may know of a recipient. */
export function recipientsOf({ addressees }: Letter): Recipient[] {
  return addressees.map(({ leaseUntil: _, ...recipient }) => recipient);
}

/** The whole of it, as its readers see it. */
export function toMessage(letter: Letter, content: string): Message {
  const { id, from, to, createdAt, expiresAt, priority, via, verified } = letter;
  const { key, replyTo, inReplyTo, correlationId } = letter;
  const optional = { key, replyTo, inReplyTo, correlationId };
  return {
    ...{ id, from, to },
    ...(JSON.parse(content) as Content),
    ...{ createdAt, expiresAt, priority, state: stateOf(letter), via, verified },
    recipients: recipientsOf(letter),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}
