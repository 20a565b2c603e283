// Messages as a store keeps them beside the events: in the same transactions, and whatever retention does to events.

/** How a message stands. What is in the texts is for whoever reads them. */
export interface MessageRow {
  /** Ids sort by when they were made. */
  readonly id: string;
  readonly sender: string;
  /** The sender's own name for it, if it has one. */
  readonly key: string | undefined;
  /** JSON text: what changes, and what is looked through. */
  readonly head: string;
  /** Milliseconds since 1970; undefined while it is not over. */
  readonly endedAt: number | undefined;
}

/** A row to be written, over the one of its id if there is one. */
export interface MessageWrite extends MessageRow {
  /** JSON text: what never changes. MUST be there with the first row of an id, and is not written again. */
  readonly content?: string;
}

export interface MessageQuery {
  /** Those with a smaller id. */
  readonly before?: string | undefined;
  readonly most: number;
}

export interface MessageShelf {
  /** The newest first. */
  list(query: MessageQuery): MessageRow[];
  /** Those that are not over, the oldest first. */
  open(): MessageRow[];
  find(id: string): MessageRow | undefined;
  /** Those of a sender with this key, the newest first. */
  withKey(sender: string, key: string): MessageRow[];
  content(id: string): string | undefined;
  /** Forgets what was over before that time, some of it: `most` at once. Returns how many are gone. */
  forget(endedBefore: number, most: number): number;
  /** Forgets these, at once or not at all; the caller knows that they are over. */
  remove(ids: readonly string[]): void;
}
