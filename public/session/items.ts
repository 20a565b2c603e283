// What a story consists of: calls, words, questions, notes and the ends of turns, each at its time.

import type { Letter } from './letters.ts';
import type { Outgoing } from './outgoing.ts';

interface Base {
  /** When it was, in milliseconds since 1970. */
  at: number;
  seq: number;
  /** Counts changes, so that who draws it knows whether there is anything new. */
  version: number;
  /** The agent it belongs to; '' for the main one. Set when it is put into a lane. */
  lane: string;
}

export interface CallItem extends Base {
  readonly kind: 'call';
  readonly id: string;
  tool: string;
  what: string;
  description?: string;
  /** What it sends to others. */
  outgoing?: Outgoing;
  /** The message that it sent, by its id. */
  messageId?: string;
  /** When its result came. */
  ended: number | undefined;
  resultSeq?: number;
  ok?: boolean;
  interrupted?: boolean;
  /** How long it took, in milliseconds. */
  ms?: number;
  error?: string;
  /** What can be unfolded below it. */
  shows?: 'change' | 'output';
  /** How many lines it put in and took away, where its result tells. */
  put?: number;
  taken?: number;
}

/** What somebody said; `length` is how much there is of it, of which `text` may be the beginning. */
export interface WordsItem extends Base {
  readonly kind: 'prompt' | 'summary' | 'said';
  readonly text: string;
  readonly length: number;
  /** Of a prompt that somebody sent, and nobody typed. */
  readonly letter?: Letter;
}

/** A message to the session that is no prompt of it, or not yet. */
export interface MessageItem extends Base {
  readonly kind: 'message';
  readonly letter: Letter;
}

export interface AskedItem extends Base {
  readonly kind: 'asked' | 'denied';
  readonly tool: string;
  readonly what: string;
  readonly reason: string;
}

export interface NoteItem extends Base {
  readonly kind: 'note';
  readonly words: string;
  readonly tone: 'plain' | 'wait';
}

export interface TurnItem extends Base {
  readonly kind: 'turn';
  readonly failed: boolean;
  /** Why it failed. */
  readonly words: string;
}

export type Item = CallItem | WordsItem | MessageItem | AskedItem | NoteItem | TurnItem;

export const isCall = (item: Item): item is CallItem => item.kind === 'call';
export const isPrompt = (item: Item): item is WordsItem => item.kind === 'prompt';
export const isTurn = (item: Item): item is TurnItem => item.kind === 'turn';
