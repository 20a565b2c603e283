// What there is in the inbox, for whoever looks: nothing is changed by it.
import type { MessageShelf } from '../log/index.ts';
import type { Message, MessageState } from '../protocol/index.ts';
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

  /** The newest that match, with an id smaller than `before`; and whether there are more. */
  list(filter: MessageFilter, limit: number, before?: string): { messages: Message[]; hasMore: boolean } {
    const messages: Message[] = [];
    let last = before;
    for (;;) {
      const rows = this.#options.shelf.list({ before: last, most: LIST_ROWS });
      for (const row of rows) {
        const letter = this.#options.ledger.letter(row.id) ?? fromRow(row);
        if (!matches(letter, filter)) continue;
        if (messages.length === limit) return { messages, hasMore: true };
        messages.push(...[this.find(row.id) ?? []].flat());
      }
      last = rows.at(-1)?.id;
      if (rows.length < LIST_ROWS) return { messages, hasMore: false };
    }
  }

  /**
   * The same once it has come as far as a state, or to an end; as it stands then, when the signal fires before. Undefined when there is
   * no such message.
   */
  async waitFor(id: string, state: MessageState, signal: AbortSignal): Promise<Message | undefined> {
    await this.#options.waiters.untilMoved(id, signal, () => {
      const letter = this.#options.ledger.letter(id);
      return letter === undefined || hasComeTo(stateOf(letter), state);
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

  /** Resolves when something waits for a name, or the signal fires. */
  untilQueued(name: string, signal: AbortSignal): Promise<void> {
    return this.#options.waiters.untilQueued(
      name,
      signal,
      () => this.#options.ledger.queued(name).length > 0,
    );
  }
}

const matches = (letter: Letter, { to, from, state, key }: MessageFilter): boolean =>
  (to === undefined || letter.to === to || letter.addressees.some(({ name }) => name === to)) &&
  (from === undefined || letter.from === from) &&
  (state === undefined || stateOf(letter) === state) &&
  (key === undefined || letter.key === key);

/** How far a message may come before its end. */
const WAY: readonly MessageState[] = ['queued', 'held', 'accepted', 'delivered'];

const hasComeTo = (state: MessageState, wanted: MessageState): boolean =>
  isEnd(state) || WAY.indexOf(state) >= WAY.indexOf(wanted);
