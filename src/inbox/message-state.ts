// How a message may go from one state to the next. Whatever is not listed here does not happen.
import { MESSAGE_STATES, type MessageState } from '../protocol/index.ts';

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

const ENDS: ReadonlySet<MessageState> = new Set(['dead', 'expired', 'cancelled', 'delivered']);

export const mayFollow = (from: MessageState, to: MessageState): boolean => NEXT[from].includes(to);

export const isEnd = (state: MessageState): boolean => ENDS.has(state);

/** The state of a message with several recipients. */
export function leastAdvanced(states: readonly MessageState[]): MessageState {
  return MESSAGE_STATES.find(state => states.includes(state)) ?? 'dead';
}
