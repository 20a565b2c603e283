// What was used at a time, as a store keeps it beside the events: it stays when retention deletes them.

/** What is in the text is for whoever reads it. */
export interface UsageRow {
  /** Quarters of an hour since 1970. */
  readonly quarter: number;
  readonly project: string;
  readonly model: string;
  /** JSON text. */
  readonly used: string;
}

/** Up to which seqs rows count, of this log and of that of the past. */
export interface UsageMark {
  readonly seq: number;
  readonly past: number;
}

export interface UsageShelf {
  /** What the rows that are kept add up; undefined when nothing is, or a change of it was broken off. */
  mark(): UsageMark | undefined;
  rows(): UsageRow[];
  /** Writes some over those of the same quarter, project and model. Until it is marked again, none of it counts. */
  write(rows: readonly UsageRow[]): void;
  /** Forgets all of them. */
  clear(): void;
  /** All of it is written. */
  done(mark: UsageMark): void;
}
