// The main agent or a subagent, and what it did, in the order in which it happened.

import type { Item } from './items.ts';
import { placeFor } from './place.ts';

export class Lane {
  readonly id: string;
  /** Sorted by time. */
  readonly items: Item[] = [];
  type = '';
  description = '';
  lastMessage = '';
  /** The tool call that started it, if that is known. */
  call: string | undefined;
  start = Number.POSITIVE_INFINITY;
  /** Whether there is such an agent, as far as one knows. */
  known = false;
  /** When it was heard of last. */
  heard = 0;
  stopped: number | undefined;

  /** @param id the agent's; '' for the main one. */
  constructor(id: string) {
    this.id = id;
  }

  /** Puts an item where its time says; most come last. */
  put(item: Item): void {
    item.lane = this.id;
    this.items.splice(
      placeFor(this.items, one => isAfter(one, item)),
      0,
      item,
    );
  }

  take(item: Item): void {
    const at = this.items.lastIndexOf(item);
    if (at >= 0) this.items.splice(at, 1);
  }
}

const isAfter = (left: Item, right: Item): boolean =>
  left.at > right.at || (left.at === right.at && left.seq > right.seq);
