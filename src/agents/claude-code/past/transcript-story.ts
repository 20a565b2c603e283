// What an agent's transcripts tell from their first line to their last, a little at a time.
import { isObject } from '../../../json.ts';
import { Stretch } from '../../../log/index.ts';
import type { EventDraft } from '../../../protocol/index.ts';
import { parseJson } from '../../../sanitize/index.ts';
import { LineCursor } from '../transcript/line-cursor.ts';
import { mayTell } from '../transcript/lines.ts';
import { ClaudeTranscript, type TranscriptOptions } from '../transcript/reader.ts';

export interface StoryOptions extends TranscriptOptions {
  /** Where to begin in the first transcript: the byte offset of a line. */
  readonly from: number;
  /** For what has no time of its own and comes first, in milliseconds since 1970. */
  readonly earliest: number;
}

/** An event, and the time by which it stands among those of the session's other transcripts. */
export interface Said {
  readonly draft: EventDraft;
  /** Milliseconds since 1970; within one story it never goes back. */
  readonly at: number;
}

/** Bytes read at a time: a session may have hundreds of transcripts. */
const READ_BYTES = 128 * 1024;

export class TranscriptStory {
  readonly #files: readonly string[];
  readonly #options: StoryOptions;
  /** The `uuid` of every line that more than one transcript may hold. */
  readonly #seen = new Set<string>();
  #at: number;

  /** @param files the transcripts of one agent, in the order it wrote them */
  constructor(files: readonly string[], options: StoryOptions) {
    this.#files = files;
    this.#options = options;
    this.#at = options.earliest;
  }

  async *said(): AsyncGenerator<Said> {
    const { from, earliest: _, ...options } = this.#options;
    for (const [index, file] of this.#files.entries()) {
      const cursor = new LineCursor(file, index === 0 ? from : 0);
      yield* this.#saidIn(cursor, new ClaudeTranscript(options));
    }
  }

  async *#saidIn(cursor: LineCursor, reader: ClaudeTranscript): AsyncGenerator<Said> {
    const stretch = new Stretch();
    do {
      // One that is written anew meanwhile is not begun again: what was told of it was told.
      const { restarts } = cursor;
      const lines = cursor.read(READ_BYTES, mayTell);
      if (cursor.restarts > restarts) return;
      for (const { text, end } of lines) {
        for (const { draft } of this.#factsOf(text, end, reader)) {
          this.#at = Math.max(this.#at, draft.timestamp);
          yield { draft, at: this.#at };
        }
        if (stretch.isOver) await stretch.next();
      }
    } while (cursor.behind);
  }

  /** A line that is broken tells nothing, and neither does one that an earlier transcript has told. */
  #factsOf(text: string, end: number, reader: ClaudeTranscript): ReturnType<ClaudeTranscript['read']> {
    try {
      const line = parseJson(text);
      return this.#isNew(line) ? reader.read(line, end, this.#at) : [];
    } catch {
      return [];
    }
  }

  #isNew(line: unknown): boolean {
    const uuid = this.#files.length > 1 && isObject(line) ? line['uuid'] : undefined;
    if (typeof uuid !== 'string') return true;
    const before = this.#seen.size;
    return this.#seen.add(uuid).size > before;
  }
}
