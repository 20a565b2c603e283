// What hookline holds, for two sessions would go in circles with it, until a person lets it go.
import type { Damping } from './damping/damping.ts';
import { InboxError } from './errors.ts';
import type { Ledger } from './ledger.ts';
import { isHeldHere } from './letter.ts';
import type { Item } from './queues.ts';

export interface HoldsOptions {
  readonly ledger: Ledger;
  readonly damping: Damping;
}

export class Holds {
  readonly #options: HoldsOptions;

  constructor(options: HoldsOptions) {
    this.#options = options;
  }

  /**
   * Lets go of a message what is held here; false when nothing of it is held at all.
   *
   * @throws InboxError conflict, when it is held by a session that was given it
   */
  async release(id: string, items: readonly Item[]): Promise<boolean> {
    const held = items.filter(({ addressee }) => isHeldHere(addressee));
    if (held.length === 0 && items.some(({ addressee }) => addressee.state === 'held'))
      throw new InboxError(
        'conflict',
        `message ${id} is held by the session it was given to: only its user lets it in, at its terminal`,
      );
    await this.#letGo(held, 'released');
    return held.length > 0;
  }

  /** Lets go everything that is held here; returns how many messages that were. */
  async releaseAll(): Promise<number> {
    const held = this.#all();
    await this.#letGo(held, 'released');
    return new Set(held.map(({ letter }) => letter.id)).size;
  }

  /** Somebody typed something in a session: what it has to do with, and was held by then, may go. @param at in milliseconds since 1970 */
  async typed(sessionId: string, at: number): Promise<void> {
    const { damping } = this.#options;
    damping.typed(sessionId, at);
    const held = this.#all().filter(
      ({ letter, addressee }) => addressee.at <= at && damping.isBetween(letter, addressee, sessionId),
    );
    await this.#letGo(held, 'somebody typed something in one of the two sessions');
  }

  #all(): Item[] {
    const { ledger } = this.#options;
    return ledger.names.flatMap(name => ledger.heldHere(name));
  }

  async #letGo(held: readonly Item[], reason: string): Promise<void> {
    await Promise.all(held.map(item => this.#options.ledger.step(item, 'queued', { reason })));
  }
}
