// What a connection asks about messages: by the same rules as over HTTP, and refused in the same words.
import type { Access } from '../../auth/index.ts';
import { type Inbox, InboxError, type SessionNames } from '../../inbox/index.ts';
import type { ClientMessage, RequestId, ServerMessage } from '../../protocol/index.ts';
import { codeOf, signed } from '../sender.ts';

/** The part of a connection that this needs. */
export interface Correspondent {
  readonly inbox: Inbox;
  readonly names: SessionNames;
  /** What its token is good for. */
  readonly access: Access;
  send(message: ServerMessage): void;
}

type Asked<T extends ClientMessage['type']> = Extract<ClientMessage, { type: T }>;
type WithId = { id?: RequestId };

/** Answers once the message is on record, or says why it is not. */
export async function sendMessage(
  peer: Correspondent,
  { type: _, id: __, messageType, ...fields }: Asked<'send_message'>,
  id: WithId,
): Promise<void> {
  const asked = { ...fields, ...(messageType === undefined ? {} : { type: messageType }) };
  try {
    const { message, origin } = signed(asked, peer.access, 'ws', peer.names);
    const { id: messageId, ...sent } = await peer.inbox.send(message, origin);
    peer.send({ type: 'message_sent', ...id, messageId, ...sent });
  } catch (error) {
    if (!(error instanceof InboxError)) throw error;
    peer.send({ type: 'error', ...id, code: codeOf(error), message: error.message });
  }
}

export function getMessages(
  peer: Correspondent,
  { to, from, state, key, limit, before }: Asked<'get_messages'>,
  id: WithId,
): void {
  peer.send({ type: 'messages', ...id, ...peer.inbox.view.list({ to, from, state, key }, limit, before) });
}
