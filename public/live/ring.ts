// The newest entries of the feed, at most so many of them, each with a number of its own that never changes.

/** What a selection needs to know of its entries: one is of an event, which has a seq, or a note. */
export interface Listed {
  readonly seq?: number | undefined;
  readonly note?: object | undefined;
}

/** What is put between entries is neither. */
export interface Between {
  readonly seq?: undefined;
  readonly note?: undefined;
}

/** Says whether an entry is wanted. */
export type Matcher<E> = (entry: E) => boolean;

/** Makes the item to be put before an entry, given the item that it comes after; undefined for none. */
export type MakeBetween<E, B> = (before: E | B | undefined, entry: E) => B | undefined;

/** Dropping in lumps keeps adding one cheap. */
const LUMP = 0.05;

export class Ring<E> {
  readonly #capacity: number;
  #entries: E[] = [];
  /** The number of the first entry. */
  #first = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Oldest first. Not to be changed. */
  get entries(): readonly E[] {
    return this.#entries;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** The number of the first entry; the others follow, each one more. */
  get first(): number {
    return this.#first;
  }

  /** The number that the next entry will have. */
  get next(): number {
    return this.#first + this.#entries.length;
  }

  /** Adds at the end. */
  add(entries: readonly E[]): void {
    for (const entry of entries) this.#entries.push(entry);
    const over = this.#entries.length - this.#capacity;
    if (over > this.#capacity * LUMP) this.#drop(over);
  }

  clear(): void {
    this.#drop(this.#entries.length);
  }

  #drop(many: number): void {
    this.#entries.splice(0, many);
    this.#first += many;
  }
}

/**
 * The entries of a ring that match, and older ones that were put before them; kept up to date as the ring moves on, which
 * may drop what is still here.
 */
export class Selection<E extends Listed, B extends Between = never> {
  readonly #ring: Ring<E>;
  readonly #between: MakeBetween<E, B>;
  #make: () => Matcher<E> = () => () => true;
  #matches = this.#make();
  #items: (E | B)[] = [];
  #from: number | undefined;
  /** The number of the ring's entry that is to be looked at next. */
  #next = 0;

  constructor(ring: Ring<E>, between: MakeBetween<E, B> = () => undefined) {
    this.#ring = ring;
    this.#between = between;
  }

  get items(): readonly (E | B)[] {
    return this.#items;
  }

  /** The seq from which on everything that matches is here; undefined while nothing has one. */
  get from(): number | undefined {
    return this.#from;
  }

  /** How many more older ones there is room for. */
  get room(): number {
    return Math.max(0, this.#ring.capacity - this.#items.length);
  }

  /** @param make makes what says whether an entry is wanted, for a look at all there is: it may go by what it has seen before */
  choose(make: () => Matcher<E>): void {
    this.#make = make;
    this.reload();
  }

  /** Looks at all of the ring again, and forgets what is not in it; returns how many entries match. */
  reload(): number {
    const { entries } = this.#ring;
    this.#items = [];
    this.#matches = this.#make();
    this.#next = this.#ring.next;
    this.#from = firstSeq(entries);
    return this.#append(entries);
  }

  /**
   * Puts entries before all others, as many of the newest of those that match as there is room for.
   *
   * @param from the seq from which on these are all there are
   * @returns by how many items the beginning grew
   */
  addOlder(entries: readonly E[], from: number): number {
    const wanted = entries.filter(this.#make());
    const { room } = this;
    const before = this.#items;
    this.#items = [];
    this.#matches = this.#make(); // What is here may be told already by what came before it.
    this.#append(wanted.slice(Math.max(0, wanted.length - room)));
    this.#append(before.filter(isEntry<E, B>));
    this.#from = wanted.length > room ? (firstSeq(this.#items) ?? from) : from;
    return this.#items.length - before.length;
  }

  /** Takes over what the ring got; returns how many entries were added and how many items were dropped at the beginning. */
  update(): { added: number; dropped: number } {
    const { entries, first } = this.#ring;
    // More came than the ring holds, while nobody looked: what is here does not go on with what is there.
    if (entries.length > 0 && first > this.#next) {
      const dropped = this.#items.length;
      return { added: this.reload(), dropped };
    }
    const added = this.#append(entries.slice(Math.max(0, this.#next - first)));
    this.#next = this.#ring.next;
    this.#from ??= firstSeq(entries);
    const over = this.#items.length - this.#ring.capacity;
    if (over <= this.#ring.capacity * LUMP) return { added, dropped: 0 };
    this.#items.splice(0, over);
    this.#from = firstSeq(this.#items);
    return { added, dropped: over };
  }

  #append(entries: readonly E[]): number {
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

const isEntry = <E extends Listed, B extends Between>(item: E | B): item is E =>
  item.seq !== undefined || item.note !== undefined;

const firstSeq = (items: readonly Listed[]): number | undefined =>
  items.find(({ seq }) => seq !== undefined)?.seq;
