// Which messages are dead letters, and for whom.
import { z } from 'zod';
import { Message, type Recipient } from '../../protocol/index.ts';
import type { Api } from '../api.ts';

const Page = z.object({ messages: z.array(Message), hasMore: z.boolean() });
/** Most messages of one answer. */
const PAGE = 100;

/** Every dead letter, the newest first. */
export async function deadLetters(api: Api): Promise<Message[]> {
  const all: Message[] = [];
  for (;;) {
    const last = all.at(-1);
    const before = last === undefined ? '' : `&before=${last.id}`;
    const { messages, hasMore } = await api.get(`/api/messages?state=dead&limit=${PAGE}${before}`, Page);
    all.push(...messages);
    if (!hasMore || messages.length === 0) return all;
  }
}

/** Those whom it did not reach, and will not. */
export const deadFor = ({ recipients }: Message): Recipient[] =>
  recipients.filter(({ state }) => state === 'dead');

export const resourceOf = (id: string): string => `/api/messages/${encodeURIComponent(id)}`;
