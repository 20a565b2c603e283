// Hook and transcript tell the same words, minutes apart at worst: this finds the one that was told first.

/** How far apart they may be, in milliseconds. */
const APART_MS = 120_000;

export class Twins {
  /** Lane, kind and text → items that say it. */
  #items = new Map();

  /**
   * The item that an event of this type says once more, if there is one: the nearest in time that no event of the type has
   * told yet. The same words under another prompt were said again.
   */
  find(key, { type, timestamp, data: { promptId } }) {
    const apart = item => Math.abs(item.at - timestamp);
    const [twin] = (this.#items.get(key) ?? [])
      .filter(item => !item.told.includes(type) && apart(item) < APART_MS)
      .filter(item => promptId === undefined || item.promptId === undefined || item.promptId === promptId)
      .toSorted((left, right) => apart(left) - apart(right));
    twin?.told.push(type);
    return twin;
  }

  /** Remembers an item as told by an event. */
  add(key, item, { type, data: { promptId } }) {
    Object.assign(item, { told: [type], promptId });
    this.#items.set(key, [...(this.#items.get(key) ?? []), item]);
  }
}
