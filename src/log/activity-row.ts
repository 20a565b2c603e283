// What was done at a time, as a store keeps it beside the events: how often each tool was called, what failed, what was asked.

/** A count of something; what is in the text is for whoever reads it. */
export interface ActivityRow {
  /** Quarters of an hour since 1970. */
  readonly quarter: number;
  readonly project: string;
  /** What kind of thing is counted, and which one of them. */
  readonly kind: string;
  readonly name: string;
  /** JSON text. */
  readonly counted: string;
}

/** Up to which seqs rows count, of this log and of that of the past; 0 for nothing of it. */
export interface ActivityMark {
  readonly seq: number;
  readonly past: number;
}

/** It outlives the events that told of it. */
export interface ActivityShelf {
  mark(): ActivityMark;
  /**
   * Adds rows to those of the same quarter, project, kind and name, and marks up to where they count: all of it or nothing.
   *
   * @param sum what two counts come to
   */
  add(rows: readonly ActivityRow[], sum: (kept: string, more: string) => string, mark: ActivityMark): void;
  /** The first quarter from one on that has rows; undefined when none has. */
  next(from: number): number | undefined;
  /** Those from a quarter on and before another one, in the order of time. */
  read(from: number, until: number): ActivityRow[];
  /** Deletes those before a quarter. */
  forget(before: number): void;
}
