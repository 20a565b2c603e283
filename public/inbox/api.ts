// What the page asks the daemon about messages, and has it do with them.
import type { Message, MessagePage, NewMessageInput, Sent } from '../../src/protocol/index.ts';
import { ask, type Params } from '../live/api.ts';

/** What whoever reads a message sees as its sender, and where answers go. */
export const PAGE = 'hookline-dashboard';

/** A name, and by which way its session is reached. */
export interface NameRow {
  readonly name: string;
  readonly sessionId?: string;
  readonly live: boolean;
  readonly groups: readonly string[];
  readonly ways: readonly { readonly path: string; readonly whyNot?: string }[];
}

/** What a name has open; `oldestAt` in milliseconds since 1970. */
export interface InboxRow {
  readonly name: string;
  readonly sessionId?: string;
  readonly live: boolean;
  readonly queued: number;
  readonly accepted: number;
  readonly held: number;
  readonly oldestAt: number;
}

/** A broker that leads to other machines, and how many events it still has to be given. */
export interface BrokerRow {
  readonly label: string;
  readonly kind: string;
  readonly node: string;
  readonly state: 'up' | 'down';
  readonly behind: number;
  /** Why it is away. */
  readonly reason?: string;
}

/** All of these reject with an ApiError, or with an AbortError when the signal says so. */
export const getNames = (signal: AbortSignal): Promise<{ names: NameRow[] }> =>
  ask('GET', '/api/names', { signal });

export const getBrokers = (signal: AbortSignal): Promise<{ brokers: BrokerRow[] }> =>
  ask('GET', '/api/brokers', { signal });

export const getInboxes = (signal: AbortSignal): Promise<{ inboxes: InboxRow[] }> =>
  ask('GET', '/api/inbox', { signal });

/** The newest first. */
export const getMessages = (params: Params, signal: AbortSignal): Promise<MessagePage> =>
  ask('GET', '/api/messages', { params, signal });

export const getMessage = (id: string, signal: AbortSignal): Promise<Message> =>
  ask('GET', pathOf(id), { signal });

export const send = (message: NewMessageInput, signal: AbortSignal): Promise<Sent> =>
  ask('POST', '/api/messages', { body: message, signal });

/** A dead one goes to those again whom it did not reach. */
export const retry = (id: string): Promise<Message> => ask('POST', `${pathOf(id)}/retry`);

/** One that is held because two sessions go in circles. */
export const release = (id: string): Promise<Message> => ask('POST', `${pathOf(id)}/release`);

/** One that nobody has yet. */
export const takeBack = (id: string): Promise<Message> => ask('DELETE', pathOf(id));

/** Whatever waits for a name. */
export const purge = (name: string): Promise<{ purged: number }> =>
  ask('DELETE', `/api/inbox/${encodeURIComponent(name)}`);

/** What answered a message of this page, the newest first. */
export const getAnswers = (id: string, signal: AbortSignal): Promise<MessagePage> =>
  getMessages({ inReplyTo: id, to: PAGE, limit: 10 }, signal);

/** Says of the answers to a message that they were read here; of those that another page had it says nothing. */
export async function haveRead(id: string): Promise<void> {
  const { messages } = await ask<{ messages: Message[] }>('POST', `/api/inbox/${PAGE}/take`, {
    body: { inReplyTo: id, max: 10 },
  });
  for (const one of messages) await ask('POST', `${pathOf(one.id)}/ack`, { body: { name: PAGE } });
}

const pathOf = (id: string): string => `/api/messages/${encodeURIComponent(id)}`;
