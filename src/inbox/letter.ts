// A message as the inbox works with it: its text stays in the store until somebody wants it.
import { hash } from 'node:crypto';
import type { MessageRow, MessageWrite } from '../log/index.ts';
import type { Message, NewMessage, Priority, Recipient, Via } from '../protocol/index.ts';
import { isEnd, leastAdvanced } from './message-state.ts';

/** One of those a message is for. */
export interface Addressee extends Recipient {
  /** Until when whoever took it may say that it arrived, in milliseconds since 1970. */
  leaseUntil?: number | undefined;
  /** It was sent on to another machine, and nothing more is expected to be heard of it. */
  settled?: true | undefined;
}

export interface Letter {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly key: string | undefined;
  readonly via: Via;
  readonly verified: boolean;
  /** Who on another machine wants to know what becomes of it: `NODE@CARRIER`. */
  readonly receiptsTo?: string | undefined;
  readonly priority: Priority;
  readonly createdAt: number;
  /** How long it may wait, in milliseconds: from when it was sent, or sent again. */
  readonly ttlMs: number;
  expiresAt: number;
  /** `defer`: a session at work reads it once its turn is over. Absent: as soon as it can be. */
  readonly whenBusy?: 'defer' | undefined;
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

/** How a new message stands with one of those it is for. */
export type Standing = Pick<Addressee, 'name' | 'state' | 'reason'>;

/** Who sends it, and by which way. */
type Origin = Pick<Letter, 'from' | 'via' | 'verified' | 'receiptsTo'>;

/** A message as it comes in. */
export function letterOf(
  { id, createdAt, digest }: Pick<Letter, 'id' | 'createdAt' | 'digest'>,
  message: NewMessage & Origin,
  standings: readonly Standing[],
): Letter {
  const { from, to, key, via, verified, receiptsTo, priority, ttlMs } = message;
  const { replyTo, inReplyTo, correlationId } = message;
  const whenBusy = message.whenBusy === 'defer' ? 'defer' : undefined;
  return {
    ...{ id, from, to, key, via, verified, receiptsTo, priority, whenBusy },
    ...{ createdAt, ttlMs, expiresAt: createdAt + ttlMs, replyTo, inReplyTo, correlationId, digest },
    addressees: standings.map(standing => ({ ...standing, at: createdAt, tries: 0 })),
  };
}

/** Why a message is held that two sessions would go in circles with. */
export const LOOP = 'loop';

/** Held by hookline, and not by the user of a session that was given it. */
export const isHeldHere = ({ state, path }: Addressee): boolean => state === 'held' && path === undefined;

/** Refused, and kept for whoever may want it again: it was dead from the start. */
export const wentNowhere = ({ state, tries }: Addressee): boolean => state === 'dead' && tries === 0;

export function contentOf({ message, type, payload, files, metadata }: NewMessage): string {
  return JSON.stringify({ message, type, payload, files, metadata });
}

export const digestOf = (content: string): string => hash('sha256', content, 'hex').slice(0, 32);

export function stateOf({ addressees }: Letter): Message['state'] {
  return leastAdvanced(addressees.map(({ state }) => state));
}

/** Whether nothing more is to be done for this one. */
export const isOver = ({ state, settled }: Addressee): boolean => isEnd(state) || settled === true;

/** When the last of its recipients was over; undefined while one is not. */
function endOf({ addressees }: Letter): number | undefined {
  return addressees.every(isOver) ? Math.max(0, ...addressees.map(({ at }) => at)) : undefined;
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
  return addressees.map(({ leaseUntil: _, settled: __, ...recipient }) => recipient);
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
