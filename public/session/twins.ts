// Hook and transcript tell the same words, minutes apart at worst: this finds the item that was told first.
import type { EventEnvelope } from '../../src/protocol/index.ts';
import type { Item } from './items.ts';

/** How far apart they may be, in milliseconds. */
const APART_MS = 120_000;

type Told = Pick<EventEnvelope, 'type' | 'timestamp' | 'data'>;

/** An item, the types of the events that told it, and the prompt it belongs to. */
interface Known {
  readonly item: Item;
  readonly told: string[];
  readonly promptId: unknown;
}

export class Twins {
  /** Lane, kind and text → items that say it. */
  readonly #items = new Map<string, Known[]>();

  /**
   * The item that an event of this type says once more, if there is one: the nearest in time that no event of the type has
   * told yet. The same words under another prompt were said again.
   */
  find(key: string, { type, timestamp, data }: Told): Item | undefined {
    const promptId = data['promptId'];
    const apart = ({ item }: Known): number => Math.abs(item.at - timestamp);
    const [twin] = (this.#items.get(key) ?? [])
      .filter(known => !known.told.includes(type) && apart(known) < APART_MS)
      .filter(known => promptId === undefined || known.promptId === undefined || known.promptId === promptId)
      .toSorted((left, right) => apart(left) - apart(right));
    twin?.told.push(type);
    return twin?.item;
  }

  /** Remembers an item as told by an event. */
  add(key: string, item: Item, { type, data }: Told): void {
    const known = { item, told: [type], promptId: data['promptId'] };
    this.#items.set(key, [...(this.#items.get(key) ?? []), known]);
  }
}
