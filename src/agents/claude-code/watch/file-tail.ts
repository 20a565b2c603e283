// One transcript that is followed: how far it was read and told, and when to look at it again.

import { parseJson } from '../../../sanitize/index.ts';
import type { Line } from '../transcript/line-cursor.ts';
import { mayTell } from '../transcript/lines.ts';
import type { TranscriptOptions } from '../transcript/reader.ts';
import { ClaudeTranscript, type TranscriptFact } from '../transcript/reader.ts';
import type { TranscriptFile } from '../transcript/session-transcripts.ts';

/** How far a transcript has been told. */
export interface Progress {
  /** Messages up to this byte were told. */
  readonly toldUpTo: number;
  /** What stands before that and is older was settled, in milliseconds since 1970. */
  readonly settledBefore: number;
  /** What stands after that and is older is not told, in milliseconds since 1970. */
  readonly notBefore: number;
}

/** How long nothing has happened in a session that is quiet; hooks, and what the register says, bring it back. In milliseconds. */
export const QUIET_MS = 60_000;

/** What one line tells, and where it ends. */
export interface Found {
  readonly facts: readonly TranscriptFact[];
  readonly end: number;
}

/** Bytes read at a time. */
const READ_BYTES = 256 * 1024;

/** How often a file is looked at that has been quiet for less than so long; in milliseconds. */
const PACE = [
  { quiet: 10_000, every: 100 },
  { quiet: QUIET_MS, every: 1000 },
] as const;
/** How often any other is: the rarer the longer it has been quiet, as a part of that, and in milliseconds at most. */
const RARER = 1 / 30;
const RAREST = 60_000;

/** How long nothing has happened in one that may come to rest, in milliseconds. */
const RESTS_AFTER = 600_000;

/** In a line that makes a tool call. */
const CALL = '"type":"tool_use"';

const NOTHING: Found = { facts: [], end: 0 };

export class FileTail {
  readonly file: TranscriptFile;
  readonly #options: TranscriptOptions;
  #progress: Progress;
  /** When the newest of what was told of it happened, in milliseconds since 1970. */
  #newest: number;
  #reader: ClaudeTranscript;
  #lines: Line[] = [];
  #next = 0;
  /** When it had grown last, and when it is due again, by a clock that never jumps. */
  #grewAt = performance.now();
  #dueAt = 0;

  /** @param newest when the newest of what was told of it happened, in milliseconds since 1970. Default: nothing was told. */
  constructor(file: TranscriptFile, progress: Progress, options: TranscriptOptions, newest = 0) {
    this.file = file;
    this.#options = options;
    this.#progress = progress;
    this.#newest = newest;
    this.#reader = new ClaudeTranscript(options);
  }

  /** When it is time to look at it, by a clock that never jumps. */
  get dueAt(): number {
    return this.#next < this.#lines.length ? 0 : this.#dueAt;
  }

  get due(): boolean {
    return performance.now() >= this.dueAt;
  }

  get isQuiet(): boolean {
    return performance.now() - this.#grewAt >= QUIET_MS;
  }

  /** Whether nothing has happened in it for long. */
  get mayRest(): boolean {
    return this.#next >= this.#lines.length && performance.now() - this.#grewAt > RESTS_AFTER;
  }

  /** Whether there is more to come after the line read last, as far as is known, than further calls made at once. */
  get goesOn(): boolean {
    return this.file.cursor.behind || this.#lines.slice(this.#next).some(({ text }) => !text.includes(CALL));
  }

  /** Something happened that it may tell of: it is due at once, and often. */
  stir(): void {
    this.#grewAt = performance.now();
    this.#dueAt = 0;
  }

  /** Its session begins anew. */
  beginAnew(): void {
    this.#reader.beginAnew();
  }

  /** A message was told, and where its line ends. */
  told(end: number, timestamp: number): void {
    this.#progress = { ...this.#progress, toldUpTo: end };
    this.#newest = Math.max(this.#newest, timestamp);
  }

  /**
   * What is new in the next lines, one after the other, until there are none or the caller stops.
   *
   * @param now milliseconds since 1970, for lines without a time of their own.
   */
  *read(now: number): Generator<Found> {
    do {
      for (let line = this.#lines[this.#next]; line; line = this.#lines[this.#next]) {
        this.#next++;
        yield { facts: this.#factsOf(line, now), end: line.end };
      }
      // A stretch without a line that tells anything takes its time too.
      yield NOTHING;
    } while (this.#readOn());
  }

  /** False when there is nothing more for now. */
  #readOn(): boolean {
    const { cursor } = this.file;
    this.#lines = cursor.read(READ_BYTES, mayTell);
    this.#next = 0;
    if (cursor.changedFrom !== undefined) this.#goBack(cursor.changedFrom);
    const grew = this.#lines.length > 0 || cursor.behind;
    const clock = performance.now();
    if (grew) this.#grewAt = clock;
    const quiet = clock - this.#grewAt;
    this.#dueAt = clock + (PACE.find(pace => quiet < pace.quiet)?.every ?? Math.min(quiet * RARER, RAREST));
    return grew;
  }

  /** From there on the file is another one now; of what it holds only what is newer than what was told is news. */
  #goBack(from: number): void {
    if (from === 0) this.#reader = new ClaudeTranscript(this.#options);
    const { toldUpTo, settledBefore, notBefore } = this.#progress;
    this.#progress = {
      toldUpTo: Math.min(toldUpTo, from),
      settledBefore,
      notBefore: Math.max(notBefore, this.#newest + 1),
    };
  }

  #factsOf({ text, end }: Line, now: number): TranscriptFact[] {
    const line = parsed(text);
    if (line === undefined) return [];
    const { toldUpTo, settledBefore, notBefore } = this.#progress;
    // A line without a time was written no later than the file was.
    const facts = this.#reader.read(line, end, Math.min(now, this.file.cursor.modifiedAt));
    if (end > toldUpTo) return facts.filter(({ draft }) => draft.timestamp >= notBefore);
    // What stands before the last message told was told as well, but for what waited for its hook when the daemon died.
    for (const { draft } of facts) this.#newest = Math.max(this.#newest, draft.timestamp);
    return facts.filter(({ hooksTell, draft }) => hooksTell && draft.timestamp >= settledBefore);
  }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
