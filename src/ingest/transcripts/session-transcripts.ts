// All transcripts of one session: its own, and those of its subagents as they appear.
import fs from 'node:fs';
import path from 'node:path';
import { LineCursor } from './line-cursor.ts';

export interface TranscriptLine {
  /** Absent for the main agent. */
  readonly agentId?: string;
  /** The line as it stands in the file. */
  readonly text: string;
  /** The byte offset in its file just after the line. */
  readonly end: number;
}

const SUBAGENT = /^agent-(.+)\.jsonl$/;

/** Where to begin in a transcript: a byte offset, or `end` to skip what was written before. */
export type Begin = (agentId: string | undefined) => number | 'end';

/**
 * Follows `<session>.jsonl` and `<session>/subagents/agent-<id>.jsonl` (as Claude Code 2.1.329 lays them out).
 * `begin` is asked about the transcripts that are there at first; those that appear later are read whole.
 */
export class SessionTranscripts {
  readonly #main: LineCursor;
  readonly #folder: string;
  readonly #subagents = new Map<string, LineCursor>();

  constructor(transcriptPath: string, begin: Begin) {
    this.#main = new LineCursor(transcriptPath, begin(undefined));
    this.#folder = path.join(transcriptPath.replace(/\.jsonl$/, ''), 'subagents');
    this.#look(begin);
  }

  /** Up to about `maxBytes` of new lines of each transcript. */
  read(maxBytes: number): TranscriptLine[] {
    this.#look(() => 0);
    const lines: TranscriptLine[] = this.#main.read(maxBytes);
    for (const [agentId, cursor] of this.#subagents) {
      for (const line of cursor.read(maxBytes)) lines.push({ agentId, ...line });
    }
    return lines;
  }

  #look(begin: Begin): void {
    let names: string[];
    try {
      names = fs.readdirSync(this.#folder);
    } catch {
      return;
    }
    for (const name of names) {
      const agentId = SUBAGENT.exec(name)?.[1];
      if (agentId === undefined || this.#subagents.has(agentId)) continue;
      this.#subagents.set(agentId, new LineCursor(path.join(this.#folder, name), begin(agentId)));
    }
  }
}
