// What there is in the inbox, for whoever looks: nothing is changed by it.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessageShelf } from '../log/index.ts';
import type { Message, MessagePage, MessageState } from '../protocol/index.ts';
import { noSuchMessage } from './errors.ts';
import type { Addresses, Ledger } from './ledger.ts';
import { fromRow, type Letter, stateOf, toMessage } from './letter.ts';
import { isEnd } from './message-state.ts';
import type { Waiters } from './waiters.ts';

/** Which messages; what is left out does not matter. */
export interface MessageFilter {
  /** Whom it is for: as its sender wrote it, or one of the names that are meant. */
  readonly to?: string | undefined;
  readonly from?: string | undefined;
  readonly state?: MessageState | undefined;
  readonly key?: string | undefined;
  /** The message it answers. */
  readonly inReplyTo?: string | undefined;
}

/** What a name has open. */
export interface InboxState {
  readonly name: string;
  readonly sessionId?: string;
  readonly live: boolean;
  readonly queued: number;
  readonly accepted: number;
  readonly held: number;
  /** When the oldest was sent, in milliseconds since 1970. */
  readonly oldestAt: number;
}

export interface InboxViewOptions {
  readonly shelf: MessageShelf;
  readonly addresses: Addresses;
  readonly ledger: Ledger;
  readonly waiters: Waiters;
}

/** Rows that are looked through at a time. */
const LIST_ROWS = 200;
/** Most characters of texts and payloads in one list; a single larger one is listed all the same. */
const LIST_CHARACTERS = 8 * 1024 * 1024;

export class InboxView {
  readonly #options: InboxViewOptions;

  constructor(options: InboxViewOptions) {
    this.#options = options;
  }

  /** A message as it stands, if there is one with this id. */
  find(id: string): Message | undefined {
    const letter = this.#options.ledger.letter(id);
    const content = letter && this.#options.shelf.content(id);
    return letter && content !== undefined ? toMessage(letter, content) : undefined;
  }

  /** Who on another machine wants to know what becomes of a message: `NODE@CARRIER`, and what it is called there. */
  expectedBy(id: string): { readonly key: string; readonly receiptsTo: string } | undefined {
    const { key, receiptsTo } = this.#options.ledger.letter(id) ?? {};
    return key === undefined || receiptsTo === undefined ? undefined : { key, receiptsTo };
  }

  /** The same. @throws InboxError not_found */
  get(id: string): Message {
    const message = this.find(id);
    if (message === undefined) throw noSuchMessage(id);
    return message;
  }

  /** The newest that match, with an id smaller than `before`, as far as an answer may be long; and whether there are more. */
  list(filter: MessageFilter, limit: number, before?: string): MessagePage {
    const messages: Message[] = [];
    let characters = 0;
    let last = before;
    for (;;) {
      const rows = this.#options.shelf.list({ before: last, most: LIST_ROWS });
      for (const row of rows) {
        const letter = this.#options.ledger.letter(row.id) ?? fromRow(row);
        if (!matches(letter, filter)) continue;
        if (messages.length === limit) return { messages, hasMore: true };
        const content = this.#options.shelf.content(row.id);
        if (content === undefined) continue;
        characters += content.length;
        if (messages.length > 0 && characters > LIST_CHARACTERS) return { messages, hasMore: true };
        messages.push(toMessage(letter, content));
      }
      last = rows.at(-1)?.id;
      if (rows.length < LIST_ROWS) return { messages, hasMore: false };
    }
  }

  /** The newest that somebody with this address sent or is to get, of those that are wanted, the newest first; others have their turn meanwhile. */
  async newestOf(address: string, most: number, isWanted: (message: Message) => boolean): Promise<Message[]> {
    const { shelf, ledger } = this.#options;
    const found: Message[] = [];
    let before: string | undefined;
    for (;;) {
      const rows = shelf.list({ before, most: LIST_ROWS });
      for (const row of rows) {
        const { from, addressees } = ledger.letter(row.id) ?? fromRow(row);
        if (from !== address && !addressees.some(({ name }) => name === address)) continue;
        const message = this.find(row.id);
        if (message !== undefined && isWanted(message)) found.push(message);
        if (found.length === most) return found;
      }
      before = rows.at(-1)?.id;
      if (rows.length < LIST_ROWS) return found;
      await nextTurn();
    }
  }

  /**
   * The same once it is in a state, or at an end, or answered by everybody who got it; as it stands then, when the signal fires before. Undefined when there is
   * no such message.
   */
  async waitFor(
    id: string,
    state: MessageState | 'answered',
    signal: AbortSignal,
  ): Promise<Message | undefined> {
    await this.#options.waiters.untilMoved(id, signal, () => {
      const letter = this.#options.ledger.letter(id);
      return letter === undefined || hasComeTo(letter, state);
    });
    return this.find(id);
  }

  /** What waits for a name, in the order it would be handed out; changes nothing. */
  peek(name: string): Message[] {
    return this.#options.ledger.queued(name).flatMap(({ letter }) => this.find(letter.id) ?? []);
  }

  /** Every name that something is open for. */
  overview(): InboxState[] {
    return this.#options.ledger.names.sort().map(name => {
      const items = this.#options.ledger.of(name);
      const count = (state: MessageState): number =>
        items.filter(({ addressee }) => addressee.state === state).length;
      const sessionId = this.#options.addresses.sessionOf(name);
      return {
        ...{ name, ...(sessionId === undefined ? {} : { sessionId }), live: sessionId !== undefined },
        ...{ queued: count('queued'), accepted: count('accepted'), held: count('held') },
        oldestAt: Math.min(...items.map(({ letter }) => letter.createdAt)),
      };
    });
  }

  /** Resolves when something waits for a name, or only what answers a message; or the signal fires. */
  untilQueued(name: string, signal: AbortSignal, inReplyTo?: string): Promise<void> {
    return this.#options.waiters.untilQueued(name, signal, () =>
      this.#options.ledger
        .queued(name)
        .some(({ letter }) => inReplyTo === undefined || letter.inReplyTo === inReplyTo),
    );
  }
}

const matches = (letter: Letter, { to, from, state, key, inReplyTo }: MessageFilter): boolean =>
  (to === undefined || letter.to === to || letter.addressees.some(({ name }) => name === to)) &&
  (from === undefined || letter.from === from) &&
  (state === undefined || stateOf(letter) === state) &&
  (key === undefined || letter.key === key) &&
  (inReplyTo === undefined || letter.inReplyTo === inReplyTo);

/** Every message has waited; one that did not arrive is not answered any more. */
function hasComeTo(letter: Letter, wanted: MessageState | 'answered'): boolean {
  const state = stateOf(letter);
  if (wanted === 'answered')
    return letter.addressees.every(one => one.answeredAt !== undefined || hasFailed(one.state));
  return isEnd(state) || state === wanted || wanted === 'queued';
}

const hasFailed = (state: MessageState): boolean => isEnd(state) && state !== 'delivered';
