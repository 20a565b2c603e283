// What one transcript tells from its first line to its last, a little at a time.
import { ownTurn, STRETCH_MS } from '../../../log/index.ts';
import type { EventDraft } from '../../../protocol/index.ts';
import { parseJson } from '../../../sanitize/index.ts';
import { LineCursor } from '../transcript/line-cursor.ts';
import { mayTell } from '../transcript/lines.ts';
import { ClaudeTranscript, type TranscriptOptions } from '../transcript/reader.ts';

export interface StoryOptions extends TranscriptOptions {
  /** The byte offset of the line to begin with. */
  readonly from: number;
  /** For what has no time of its own and comes first, in milliseconds since 1970. */
  readonly earliest: number;
}

/** An event, and the time by which it stands among those of the session's other transcripts. */
export interface Said {
  readonly draft: EventDraft;
  /** Milliseconds since 1970; within one transcript it never goes back. */
  readonly at: number;
}

/** Bytes read at a time: a session may have hundreds of transcripts. */
const READ_BYTES = 128 * 1024;

export class TranscriptStory {
  readonly #cursor: LineCursor;
  readonly #reader: ClaudeTranscript;
  #at: number;

  constructor(file: string, { from, earliest, ...options }: StoryOptions) {
    this.#cursor = new LineCursor(file, from);
    this.#reader = new ClaudeTranscript(options);
    this.#at = earliest;
  }

  async *said(): AsyncGenerator<Said> {
    let until = performance.now() + STRETCH_MS;
    do {
      // One that is written anew meanwhile is not begun again: what was told of it was told.
      const { restarts } = this.#cursor;
      const lines = this.#cursor.read(READ_BYTES, mayTell);
      if (this.#cursor.restarts > restarts) return;
      for (const { text, end } of lines) {
        for (const { draft } of this.#factsOf(text, end)) {
          this.#at = Math.max(this.#at, draft.timestamp);
          yield { draft, at: this.#at };
        }
        if (performance.now() < until) continue;
        await ownTurn();
        until = performance.now() + STRETCH_MS;
      }
    } while (this.#cursor.behind);
  }

  /** A line that is broken tells nothing. */
  #factsOf(text: string, end: number): ReturnType<ClaudeTranscript['read']> {
    try {
      return this.#reader.read(parseJson(text), end, this.#at);
    } catch {
      return [];
    }
  }
}
