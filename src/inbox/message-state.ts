// How a message may go from one state to the next. Whatever is not listed here does not happen.
import type { MessageState } from '../protocol/index.ts';

/** State → the states that may follow. An end is final, but for a dead letter that somebody sends again. */
const NEXT: Readonly<Record<MessageState, readonly MessageState[]>> = {
  queued: ['held', 'accepted', 'dead', 'expired', 'cancelled', 'delivered'],
  held: ['queued', 'accepted', 'dead', 'expired', 'cancelled', 'delivered'],
  accepted: ['queued', 'held', 'dead', 'expired', 'delivered'],
  dead: ['queued'],
  expired: [],
  cancelled: [],
  delivered: [],
};

/** From the least advanced on: while anything is open, that is what there is to know; then whatever did not arrive. */
const ADVANCE: readonly MessageState[] = [
  'queued',
  'held',
  'accepted',
  'dead',
  'expired',
  'cancelled',
  'delivered',
];

const ENDS: ReadonlySet<MessageState> = new Set(['dead', 'expired', 'cancelled', 'delivered']);

export const mayFollow = (from: MessageState, to: MessageState): boolean => NEXT[from].includes(to);

export const isEnd = (state: MessageState): boolean => ENDS.has(state);

/** The state of a message with several recipients. */
export function leastAdvanced(states: readonly MessageState[]): MessageState {
  return ADVANCE.find(state => states.includes(state)) ?? 'dead';
}
