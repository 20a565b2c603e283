// The newest entries of the feed, at most so many of them, each with a number of its own that never changes.

/** Dropping in lumps keeps adding one cheap. */
const LUMP = 0.05;

export class Ring {
  #capacity;
  #entries = [];
  #next = 0;
  #before = -1;

  constructor(capacity) {
    this.#capacity = capacity;
  }

  /** Oldest first. Not to be changed. */
  get entries() {
    return this.#entries;
  }

  /** How many more older ones there is room for. */
  get room() {
    return Math.max(0, this.#capacity - this.#entries.length);
  }

  /** Adds at the end; numbers the entries. */
  add(entries) {
    for (const entry of entries) {
      entry.number = this.#next++;
      this.#entries.push(entry);
    }
    const over = this.#entries.length - this.#capacity;
    if (over > this.#capacity * LUMP) this.#entries.splice(0, over);
  }

  /** Adds at the beginning, as many of the newest of them as there is room for. */
  addOlder(entries) {
    const fitting = entries.slice(Math.max(0, entries.length - this.room));
    for (const entry of fitting.toReversed()) entry.number = this.#before--;
    this.#entries = [...fitting, ...this.#entries];
    return fitting;
  }

  clear() {
    this.#entries = [];
  }
}

/** The entries of a ring that match, kept up to date as it changes. */
export class Selection {
  #ring;
  #matches = () => true;
  #items = [];
  /** The number up to which the ring's entries were looked at. */
  #seen = Number.NEGATIVE_INFINITY;

  constructor(ring) {
    this.#ring = ring;
  }

  get items() {
    return this.#items;
  }

  choose(matches) {
    this.#matches = matches;
    this.reload();
  }

  /** Looks at all of the ring again. */
  reload() {
    this.#items = this.#ring.entries.filter(this.#matches);
    this.#seen = this.#ring.entries.at(-1)?.number ?? this.#seen;
  }

  /** Takes over what changed at the ring's ends; returns how many items were added and how many were dropped. */
  update() {
    const { entries } = this.#ring;
    const oldest = entries[0]?.number ?? Number.POSITIVE_INFINITY;
    const keep = this.#items.findIndex(({ number }) => number >= oldest);
    const dropped = keep < 0 ? this.#items.length : keep;
    if (dropped > 0) this.#items.splice(0, dropped);
    let from = entries.length;
    while (from > 0 && entries[from - 1].number > this.#seen) from--;
    const added = entries.slice(from).filter(this.#matches);
    for (const entry of added) this.#items.push(entry);
    this.#seen = entries.at(-1)?.number ?? this.#seen;
    return { added: added.length, dropped };
  }
}
