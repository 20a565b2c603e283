// Dead letters: what could not be delivered, sent again or forgotten.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessageShelf } from '../log/index.ts';
import type { Message } from '../protocol/index.ts';
import { tooLate } from './errors.ts';
import type { Ledger } from './ledger.ts';
import { fromRow, stateOf } from './letter.ts';
import type { InboxView } from './view.ts';

export interface DeadLettersOptions {
  readonly shelf: MessageShelf;
  readonly ledger: Ledger;
  readonly view: InboxView;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Rows that are looked through before others have their turn. */
const LOOK = 200;

export class DeadLetters {
  readonly #options: DeadLettersOptions;

  constructor(options: DeadLettersOptions) {
    this.#options = options;
  }

  /** Sends one again, for as long as it was meant to wait. @throws InboxError not_found, conflict */
  async retry(id: string): Promise<Message> {
    const { ledger, view, now } = this.#options;
    const items = ledger.items(id);
    const dead = items.filter(({ addressee }) => addressee.state === 'dead');
    const [first] = items;
    if (first === undefined || dead.length === 0)
      throw tooLate(id, first ? stateOf(first.letter) : 'gone', 'sent again, for it is not dead');
    first.letter.expiresAt = now() + first.letter.ttlMs;
    for (const { addressee } of dead) addressee.tries = 0;
    await Promise.all(dead.map(item => ledger.step(item, 'queued', { reason: 'sent again' })));
    return view.get(id);
  }

  /** Forgets them, for everybody; returns how many there were. One that is being sent again is none any more. */
  async purge(): Promise<number> {
    const { shelf, ledger } = this.#options;
    let purged = 0;
    let before: string | undefined;
    for (;;) {
      const rows = shelf.list({ before, most: LOOK });
      const dead = rows.filter(row => !ledger.isOpen(row.id) && stateOf(fromRow(row)) === 'dead');
      shelf.remove(dead.map(({ id }) => id));
      purged += dead.length;
      before = rows.at(-1)?.id;
      if (rows.length < LOOK) return purged;
      await nextTurn();
    }
  }
}
