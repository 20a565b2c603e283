// The contract of a store: what the log asks of whatever keeps its events.
import type { ActivityShelf } from './activity-row.ts';
import type { Filter, WordlessFilter } from './filter.ts';
import type { MessageShelf, MessageWrite } from './message-row.ts';
import type { LogRecord } from './record.ts';
import type { Range, Scan, ScanLimit, Tally, TimeTally } from './scan.ts';
import type { UsageShelf } from './usage-row.ts';

/** How much one read may return; a read returns at least one record when there is one. */
export interface ReadLimit {
  readonly events: number;
  /** Characters of JSON, roughly. */
  readonly bytes: number;
}

/**
 * Keeps numbered records. Seqs come in without holes and are never given twice within an epoch.
 * One conformance suite (test/log) holds every implementation to the MUSTs below.
 */
export interface Store {
  /** Names this numbering. MUST change exactly when a seq could otherwise mean two things. */
  readonly epoch: string;
  /** The last seq ever appended, 0 when none. MUST outlive the rows that retention deletes. */
  readonly head: number;
  /** The oldest seq still held; `head + 1` when none is. */
  readonly oldest: number;
  /**
   * MUST be all or nothing, records and messages together, and durable as promised when it returns. MUST refuse a seq that is not
   * `head + 1`.
   */
  append(records: readonly LogRecord[], messages?: readonly MessageWrite[]): void;
  /** What was written of messages. It outlives the events that told of it. */
  readonly messages: MessageShelf;
  /** What was used; it outlives the events that told of it. */
  readonly usage: UsageShelf;
  /** What was done; it outlives the events that told of it. */
  readonly activity: ActivityShelf;
  /** Records with `seq > after`, ascending. MUST NOT skip a record it holds. */
  read(after: number, limit: ReadLimit): LogRecord[];
  /**
   * Looks through a part of the range for what matches the filter, from the end that the range names, and tells what is left.
   * MUST find exactly what `matches` is true of, and MUST get somewhere.
   */
  scan(range: Range, filter: Filter, limit: ScanLimit): Scan;
  /** Ids of sessions it holds an event of, in order: the first `most` that begin like this. */
  sessionIds(prefix: string, most: number): string[];
  /** Whether it holds an event of a session or, where it is durable, has held one that retention deleted. */
  hasHad(sessionId: string): boolean;
  /** Counts the events of a part of the range, `look` of them at most, from the end that the range names. */
  tally(range: Range, look: number): Tally;
  /**
   * Counts the events of a part of the range that a filter is true of, by stretches of `width` milliseconds; of the events it looks
   * at as `scan` does. MUST count exactly those that `matches` is true of.
   */
  tallyByTime(range: Range, filter: WordlessFilter, width: number, look: number): TimeTally;
  /** What it takes up on the disk; undefined when it is in memory. */
  space(): Space | undefined;
  /** Gives free space back to the file system; true while there is more. One call takes a bounded time. */
  compact(): boolean;
  /** Keeps a summary of everything up to the head. It MUST be the one that is loaded next; of those before some stay, see `spaced`. */
  saveCheckpoint(text: string): void;
  /** The same in pieces, while events may be appended: it goes up to the head of this moment, and counts once it is done. */
  beginCheckpoint(): CheckpointDraft;
  /** The newest summary, or the newest that goes no further than `upTo`. */
  loadCheckpoint(upTo?: number): Checkpoint | undefined;
  /** The seqs up to which summaries are kept, ascending. */
  checkpoints(): readonly number[];
  /** Forgets all summaries: they cannot be used any more. */
  dropCheckpoints(): void;
  /** Deletes the oldest records that are too old or too much; returns how many are gone. One call takes a bounded time. */
  prune(limits: PruneLimits): number;
  /** Looks whether what was appended can still be found at the next start. MUST throw when it cannot. Cheap: it is called once a second. */
  check(): void;
  close(): void;
  /**
   * Lets go of the store after `error`, without another try: its epoch MUST have ended for good, whoever opens it again.
   * Returns what happened, where, and what to do, for people. MUST NOT throw.
   */
  abandon(error: unknown): string;
}

/** A summary of everything up to a seq. */
export interface Checkpoint {
  readonly seq: number;
  readonly text: string;
}

/** A summary that is written in pieces; another one that is begun, or saved, ends it, and it throws from then on. */
export interface CheckpointDraft {
  readonly seq: number;
  add(text: string): void;
  done(): void;
}

export interface Space {
  /** Where it is. */
  readonly file: string;
  /** Bytes on the disk, with the journal. */
  readonly bytes: number;
  /** How many of them hold nothing. */
  readonly freeBytes: number;
  /** Version of the tables. */
  readonly schema: number;
}

export interface PruneLimits {
  /** Records older than this go, in milliseconds since 1970. */
  readonly olderThan: number;
  /** The bytes the store may take up. */
  readonly bytes: number;
  /** Records after this seq stay, whatever they take up; default: none has to. */
  readonly upTo?: number;
}
