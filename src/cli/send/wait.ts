// Waits until a message has come as far as its sender wants to know.
import { Message, type MessageState } from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import { Failure } from '../failure.ts';
import { isAnswered } from './answers.ts';

/** How long one question to the daemon waits, in milliseconds. */
const ONE_WAIT_MS = 20_000;

/** The message once it is there, or cannot come there any more, or the patience, in milliseconds, is at its end. */
export async function waitFor(api: Api, id: string, wanted: string, patience: number): Promise<Message> {
  const until = performance.now() + patience;
  for (;;) {
    const left = Math.max(0, until - performance.now());
    const timeout = Math.round(Math.min(left, ONE_WAIT_MS));
    const resource = `/api/messages/${id}?wait=${wanted}&timeoutMs=${timeout}`;
    const message = await api.get(resource, Message, timeout + 10_000);
    const isOver = wanted === 'answered' ? hasFailed(message.state) : hasEnded(message.state);
    if (left <= ONE_WAIT_MS || isOver || hasCome(message, wanted)) return message;
  }
}

const hasCome = (message: Message, wanted: string): boolean =>
  wanted === 'answered' ? isAnswered(message) : hasArrived(message.state, wanted);

export const hasArrived = (state: MessageState, wanted: string | undefined): boolean =>
  state === 'delivered' || (state === 'accepted' && wanted === 'accepted');

const hasFailed = (state: MessageState): boolean => ['expired', 'dead', 'cancelled'].includes(state);
const hasEnded = (state: MessageState): boolean => state === 'delivered' || hasFailed(state);

/** No more than is known. */
export function missed({ id, to, state, recipients }: Message, wanted: string | undefined): Failure {
  const reason = recipients.find(one => one.state === state)?.reason;
  const why = reason === undefined ? '' : ` (${reason})`;
  const now = `it is ${state}${why}${hasEnded(state) ? '' : ' so far'}`;
  return new Failure(`message ${id} for ${to} was not ${wanted} in time: ${now}`);
}
