// Who has what open: the letters of each name, and which of them goes first.
import { PRIORITIES } from '../protocol/index.ts';
import { type Addressee, isHeldHere, type Letter } from './letter.ts';

/** A letter, and the one of its recipients that is meant. */
export interface Item {
  readonly letter: Letter;
  readonly addressee: Addressee;
}

const rank = ({ letter }: Item): number => PRIORITIES.indexOf(letter.priority);

const compare = (a: Item, b: Item): number => rank(a) - rank(b) || (a.letter.id < b.letter.id ? -1 : 1);

/** By priority, and within one by age; ids sort by age. */
export const inOrder = (items: readonly Item[]): Item[] => items.toSorted(compare);

/** What one name has open, by message. */
interface Queue {
  readonly all: Map<string, Item>;
  readonly queued: Map<string, Item>;
  readonly heldHere: Map<string, Item>;
}

/** Asked with every message, however many wait: nothing here looks at more than what it is asked for. */
export class Queues {
  readonly #byName = new Map<string, Queue>();
  /** Given to somebody, and not known to have arrived. */
  readonly #given = new Map<Addressee, Item>();

  get names(): string[] {
    return [...this.#byName.keys()];
  }

  get size(): number {
    return this.#byName.size;
  }

  /** It is open for this one, and stands as it does now. */
  put(item: Item): void {
    const { letter, addressee } = item;
    const { name, state } = addressee;
    const queue = this.#byName.get(name) ?? { all: new Map(), queued: new Map(), heldHere: new Map() };
    this.#byName.set(name, queue);
    queue.all.set(letter.id, item);
    const isHere = isHeldHere(addressee);
    setOrDelete(queue.queued, letter.id, item, state === 'queued');
    setOrDelete(queue.heldHere, letter.id, item, isHere);
    setOrDelete(this.#given, addressee, item, state !== 'queued' && !isHere);
  }

  /** It is over for this one. */
  remove({ letter, addressee }: Item): void {
    const queue = this.#byName.get(addressee.name);
    this.#given.delete(addressee);
    for (const items of queue ? [queue.all, queue.queued, queue.heldHere] : []) items.delete(letter.id);
    if (queue?.all.size === 0) this.#byName.delete(addressee.name);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Whatever a name has open. */
  of(name: string): Item[] {
    return [...(this.#byName.get(name)?.all.values() ?? [])];
  }

  /** What waits for a name, in the order it is handed out. */
  queued(name: string): Item[] {
    return inOrder([...(this.#byName.get(name)?.queued.values() ?? [])]);
  }

  /** The first of those that may be. */
  first(name: string, may: (item: Item) => boolean): Item | undefined {
    let first: Item | undefined;
    for (const item of this.#byName.get(name)?.queued.values() ?? [])
      if (may(item) && (first === undefined || compare(item, first) < 0)) first = item;
    return first;
  }

  /** What hookline holds of a name's. */
  heldHere(name: string): Item[] {
    return [...(this.#byName.get(name)?.heldHere.values() ?? [])];
  }

  /** How many wait for a name, those that are held included. */
  waiting(name: string): number {
    const queue = this.#byName.get(name);
    return queue === undefined ? 0 : queue.queued.size + queue.heldHere.size;
  }

  /** Whatever was given to somebody and is not known to have arrived. */
  get given(): Item[] {
    return [...this.#given.values()];
  }

  *all(): Generator<Item> {
    for (const { all } of this.#byName.values()) yield* all.values();
  }
}

function setOrDelete<K>(items: Map<K, Item>, key: K, item: Item, isIn: boolean): void {
  if (isIn) items.set(key, item);
  else items.delete(key);
}
