// The answers to a message: printed, and then said to have arrived.
import { z } from 'zod';
import { Message } from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine } from '../text/plain.ts';

/** How long an answer is ours until it is printed, in milliseconds. */
const LEASE_MS = 10_000;
const MOST = 100;

const Messages = z.object({ messages: z.array(Message) });

/** Whether everybody has answered who is to be waited for. */
export const isAnswered = ({ recipients }: Message): boolean =>
  recipients.every(({ answeredAt, state }) => answeredAt !== undefined || state === 'cancelled');

/** Their texts, one after the other, or with what is known of the message and of them as JSON. */
export async function printAnswers(
  api: Api,
  message: Message,
  json: true | undefined,
  terminal: Terminal,
): Promise<void> {
  const { id, from, replyTo: name = from } = message;
  const body = { max: MOST, leaseMs: LEASE_MS, inReplyTo: id };
  const { messages: taken } = await api.post(
    `/api/inbox/${encodeURIComponent(name)}/take`,
    Messages,
    undefined,
    body,
  );
  // A session that has this name was given them already, or another program has taken them.
  const { messages: all } = await api.get(`/api/messages?inReplyTo=${id}&limit=${MOST}`, Messages);
  const answers = all.toReversed();
  if (json) await terminal.print(jsonLine({ message, answers }));
  else for (const answer of answers) await terminal.print(textOf(answer));
  for (const { id: answer } of taken)
    await api.post(`/api/messages/${answer}/ack`, Message, undefined, { name });
}

const textOf = ({ message, payload }: Message): string => message ?? JSON.stringify(payload);
