// The main agent or a subagent, and what it did, in the order in which it happened.

export class Lane {
  id;
  /** Sorted by time. */
  items = [];
  type = '';
  description = '';
  lastMessage = '';
  /** The tool call that started it, if that is known. */
  call = undefined;
  start = Number.POSITIVE_INFINITY;
  /** Whether there is such an agent, as far as one knows. */
  known = false;
  /** When it was heard of last. */
  heard = 0;
  stopped = undefined;

  /** @param id the agent's; '' for the main one. */
  constructor(id) {
    this.id = id;
  }

  /** Puts an item where its time says; most come last. */
  put(item) {
    item.lane = this.id;
    let at = this.items.length;
    while (at > 0 && isAfter(this.items[at - 1], item)) at--;
    this.items.splice(at, 0, item);
  }

  take(item) {
    const at = this.items.lastIndexOf(item);
    if (at >= 0) this.items.splice(at, 1);
  }
}

const isAfter = (left, right) => left.at > right.at || (left.at === right.at && left.seq > right.seq);
