// What a session's model wrote to us: an answer to the message it names, else to the last one that it was given.
import type { MessageShelf } from '../log/index.ts';
import { NewMessage } from '../protocol/index.ts';
import type { Said } from './delivery-path.ts';
import type { Addresses, Ledger } from './ledger.ts';
import type { Addressee, Letter } from './letter.ts';

export interface RepliesOptions {
  readonly shelf: MessageShelf;
  readonly ledger: Ledger;
  readonly addresses: Addresses;
}

/** Messages that an answer may be for: the newest. */
const REMEMBERED = 1000;

export class Replies {
  readonly #options: RepliesOptions;

  constructor(options: RepliesOptions) {
    this.#options = options;
  }

  /** The message that it is. Throws when the session was given nothing that this could answer. */
  toMessage({ sessionId, text, key }: Said): NewMessage {
    const given = this.#givenTo(sessionId);
    const asked = given.find(({ id }) => text.includes(id)) ?? given[0];
    if (asked === undefined) throw new Error('it was given no message that this could be an answer to');
    const { id: inReplyTo, from: sender, replyTo: to = sender } = asked;
    const from = this.#options.addresses.nameOf(sessionId) ?? sessionId;
    return NewMessage.parse({ to, message: text, from, inReplyTo, key });
  }

  /** Newest first. */
  #givenTo(sessionId: string): Letter[] {
    const { shelf, ledger } = this.#options;
    return shelf
      .list({ most: REMEMBERED })
      .flatMap(({ id }) => ledger.letter(id) ?? [])
      .filter(({ addressees }) => addressees.some(one => one.sessionId === sessionId && isGiven(one)));
  }
}

const isGiven = ({ state, path }: Addressee): boolean =>
  path !== undefined && (state === 'delivered' || state === 'accepted');
