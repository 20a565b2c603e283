// What is kept apart of sessions, and of messages; bounded, so that what is taken in long after drives out nothing of what goes on now.
import { listed } from '../json.ts';
import { Account, type SavedAccount } from './account.ts';
import { CountedMessages, type SavedMessages } from './counted.ts';

/** Sessions whose use is kept apart; that of older ones is in the totals and the days only. */
const SESSIONS = 2000;

export interface SavedShelf {
  readonly sessions: readonly SavedAccount[];
  readonly messages: SavedMessages;
}

export class Shelf {
  readonly #accounts = new Map<string, Account>();
  readonly messages = new CountedMessages();

  /** The session touched last comes last. */
  get accounts(): ReadonlyMap<string, Account> {
    return this.#accounts;
  }

  /** It is the one touched last, and so the last to be forgotten. */
  put(account: Account): void {
    this.#accounts.delete(account.sessionId);
    this.#accounts.set(account.sessionId, account);
    for (const oldest of this.#accounts.keys()) {
      if (this.#accounts.size <= SESSIONS) break;
      this.#accounts.delete(oldest);
    }
  }

  remove(sessionId: string): void {
    this.#accounts.delete(sessionId);
  }

  /** As it is now, whenever the messages are asked for. */
  save(): SavedShelf {
    return {
      sessions: [...this.#accounts.values()].map(account => account.save()),
      messages: this.messages.save(),
    };
  }

  load({ sessions, messages }: SavedShelf): void {
    for (const account of sessions) this.#accounts.set(account.sessionId, new Account(account));
    this.messages.load(messages);
  }
}

/** Its fields as JSON, in pieces. */
export function* listedShelf({ sessions, messages }: SavedShelf): Generator<string> {
  yield '"sessions":';
  yield* listed(sessions);
  yield ',"messages":';
  yield* listed(messages);
}
