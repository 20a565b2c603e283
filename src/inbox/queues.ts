// Who has what open: the letters of each name, and which of them goes first.
import { PRIORITIES } from '../protocol/index.ts';
import type { Addressee, Letter } from './letter.ts';

/** A letter, and the one of its recipients that is meant. */
export interface Item {
  readonly letter: Letter;
  readonly addressee: Addressee;
}

const rank = ({ letter }: Item): number => PRIORITIES.indexOf(letter.priority);

/** By priority, and within one by age; ids sort by age. */
export function inOrder(items: readonly Item[]): Item[] {
  return items.toSorted((a, b) => rank(a) - rank(b) || (a.letter.id < b.letter.id ? -1 : 1));
}

export class Queues {
  /** By name, and then by message. */
  readonly #items = new Map<string, Map<string, Item>>();

  get names(): string[] {
    return [...this.#items.keys()];
  }

  /** It is open for this one. */
  put(item: Item): void {
    const { name } = item.addressee;
    const items = this.#items.get(name) ?? new Map<string, Item>();
    this.#items.set(name, items);
    items.set(item.letter.id, item);
  }

  /** It is over for this one. */
  remove({ letter, addressee: { name } }: Item): void {
    const items = this.#items.get(name);
    items?.delete(letter.id);
    if (items?.size === 0) this.#items.delete(name);
  }

  /** Whatever a name has open. */
  of(name: string): Item[] {
    return [...(this.#items.get(name)?.values() ?? [])];
  }

  /** What waits for a name, in the order it is handed out. */
  queued(name: string): Item[] {
    return inOrder(this.of(name).filter(({ addressee }) => addressee.state === 'queued'));
  }

  *all(): Generator<Item> {
    for (const items of this.#items.values()) yield* items.values();
  }
}
