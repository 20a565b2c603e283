// The newest entries of the feed, at most so many of them, each with a number of its own that never changes.

/** Dropping in lumps keeps adding one cheap. */
const LUMP = 0.05;

export class Ring {
  #capacity;
  #entries = [];
  #next = 0;

  constructor(capacity) {
    this.#capacity = capacity;
  }

  /** Oldest first. Not to be changed. */
  get entries() {
    return this.#entries;
  }

  get capacity() {
    return this.#capacity;
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

  clear() {
    this.#entries = [];
  }
}

/**
 * The entries of a ring that match, and older ones that were put before them; kept up to date as the ring moves on, which
 * may drop what is still here.
 */
export class Selection {
  #ring;
  #between;
  #make = () => () => true;
  #matches = this.#make();
  #items = [];
  #from;
  /** The number up to which the ring's entries were looked at. */
  #seen = Number.NEGATIVE_INFINITY;

  /** @param between makes the item to be put before an entry, given the item that it comes after, if there is to be one */
  constructor(ring, between = () => undefined) {
    this.#ring = ring;
    this.#between = between;
  }

  get items() {
    return this.#items;
  }

  /** The seq from which on everything that matches is here; undefined while nothing has one. */
  get from() {
    return this.#from;
  }

  /** How many more older ones there is room for. */
  get room() {
    return Math.max(0, this.#ring.capacity - this.#items.length);
  }

  /** @param make makes what says whether an entry is wanted, for a look at all there is: it may go by what it has seen before */
  choose(make) {
    this.#make = make;
    this.reload();
  }

  /** Looks at all of the ring again, and forgets what is not in it; returns how many entries match. */
  reload() {
    const { entries } = this.#ring;
    this.#items = [];
    this.#matches = this.#make();
    this.#seen = entries.at(-1)?.number ?? this.#seen;
    this.#from = firstSeq(entries);
    return this.#append(entries);
  }

  /**
   * Puts entries before all others, as many of the newest of those that match as there is room for.
   *
   * @param from the seq from which on these are all there are
   * @returns by how many items the beginning grew
   */
  addOlder(entries, from) {
    const wanted = entries.filter(this.#make());
    const { room } = this;
    const before = this.#items;
    this.#items = [];
    this.#matches = this.#make(); // What is here may be told already by what came before it.
    this.#append(wanted.slice(Math.max(0, wanted.length - room)));
    this.#append(before.filter(({ seq, note }) => seq !== undefined || note !== undefined));
    this.#from = wanted.length > room ? (firstSeq(this.#items) ?? from) : from;
    return this.#items.length - before.length;
  }

  /** Takes over what the ring got; returns how many entries were added and how many items were dropped at the beginning. */
  update() {
    const { entries } = this.#ring;
    // More came than the ring holds, while nobody looked: what is here does not go on with what is there.
    if (entries[0]?.number > this.#seen + 1) {
      const dropped = this.#items.length;
      return { added: this.reload(), dropped };
    }
    let from = entries.length;
    while (from > 0 && entries[from - 1].number > this.#seen) from--;
    const added = this.#append(entries.slice(from));
    this.#seen = entries.at(-1)?.number ?? this.#seen;
    this.#from ??= firstSeq(entries);
    const over = this.#items.length - this.#ring.capacity;
    if (over <= this.#ring.capacity * LUMP) return { added, dropped: 0 };
    this.#items.splice(0, over);
    this.#from = firstSeq(this.#items);
    return { added, dropped: over };
  }

  #append(entries) {
    let added = 0;
    for (const entry of entries) {
      if (!this.#matches(entry)) continue;
      const between = this.#between(this.#items.at(-1), entry);
      if (between !== undefined) this.#items.push(between);
      this.#items.push(entry);
      added++;
    }
    return added;
  }
}

const firstSeq = entries => entries.find(({ seq }) => seq !== undefined)?.seq;
