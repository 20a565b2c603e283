// What is to be done when: taking what is due costs what is due, however much else there is.

interface Entry<K> {
  readonly key: K;
  readonly at: number;
}

/** A heap by time that knows where each key stands in it, so that a key has one time and can be moved. */
export class Agenda<K> {
  readonly #heap: Entry<K>[] = [];
  readonly #places = new Map<K, number>();

  get size(): number {
    return this.#heap.length;
  }

  /** Sets when a key is due, by whatever clock `take` goes by; a time it had before is forgotten. */
  set(key: K, at: number): void {
    const place = this.#places.get(key) ?? this.#heap.length;
    this.#settle({ key, at }, place);
  }

  delete(key: K): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    this.#places.delete(key);
    const last = this.#heap.pop();
    if (last && place < this.#heap.length) this.#settle(last, place);
  }

  /** Takes out what is due, the longest overdue first: `most` keys of it. */
  take(now: number, most: number = Number.POSITIVE_INFINITY): K[] {
    const taken: K[] = [];
    for (let [first] = this.#heap; first && first.at <= now && taken.length < most; [first] = this.#heap) {
      this.delete(first.key);
      taken.push(first.key);
    }
    return taken;
  }

  /** Puts an entry where it belongs, beginning at a place that is free or its own. */
  #settle(entry: Entry<K>, from: number): void {
    let place = from;
    for (let parent = (place - 1) >> 1; place > 0 && this.#at(parent) > entry.at; parent = (place - 1) >> 1) {
      this.#move(parent, place);
      place = parent;
    }
    for (let child = this.#firstChild(place); this.#at(child) < entry.at; child = this.#firstChild(place)) {
      this.#move(child, place);
      place = child;
    }
    this.#heap[place] = entry;
    this.#places.set(entry.key, place);
  }

  #firstChild(place: number): number {
    const left = 2 * place + 1;
    return this.#at(left + 1) < this.#at(left) ? left + 1 : left;
  }

  /** When what stands there is due; where nothing stands, never. */
  #at(place: number): number {
    return this.#heap[place]?.at ?? Number.POSITIVE_INFINITY;
  }

  #move(from: number, to: number): void {
    const entry = this.#heap[from];
    if (!entry) return;
    this.#heap[to] = entry;
    this.#places.set(entry.key, to);
  }
}
