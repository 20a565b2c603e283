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
  /** What was saved of those that have not changed since: most of what is long over never does. */
  readonly #saved = new Map<string, SavedAccount>();
  readonly #isLongOver: boolean;
  readonly messages = new CountedMessages();

  /** @param isLongOver of sessions that hardly ever change: what was saved of them is remembered. Default false */
  constructor({ isLongOver = false } = {}) {
    this.#isLongOver = isLongOver;
  }

  /** The session touched last comes last. */
  get accounts(): ReadonlyMap<string, Account> {
    return this.#accounts;
  }

  /** It is about to change: it is the one touched last, and so the last to be forgotten. */
  put(account: Account): void {
    this.remove(account.sessionId);
    this.#accounts.set(account.sessionId, account);
    for (const oldest of this.#accounts.keys()) {
      if (this.#accounts.size <= SESSIONS) break;
      this.remove(oldest);
    }
  }

  remove(sessionId: string): void {
    this.#accounts.delete(sessionId);
    this.#saved.delete(sessionId);
  }

  /** As it is now, whenever the messages are asked for. */
  save(): SavedShelf {
    return {
      sessions: [...this.#accounts.values()].map(account => this.#save(account)),
      messages: this.messages.save(),
    };
  }

  #save(account: Account): SavedAccount {
    const saved = this.#saved.get(account.sessionId) ?? account.save();
    if (this.#isLongOver) this.#saved.set(account.sessionId, saved);
    return saved;
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
