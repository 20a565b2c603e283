// Finds a place in a sorted list. A session is read from its end, so that most of what comes goes before all there is.

/** The index of the first item that comes after what is to be put in; the length when none does. */
export function placeFor<Item>(items: readonly Item[], comesAfter: (item: Item) => boolean): number {
  let [from, to] = [0, items.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const item = items[middle];
    if (item !== undefined && comesAfter(item)) to = middle;
    else from = middle + 1;
  }
  return from;
}
