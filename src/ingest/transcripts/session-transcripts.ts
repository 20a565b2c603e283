// All transcripts of one session: its own, and those of its subagents as they appear.
import fs from 'node:fs';
import path from 'node:path';
import { LineCursor } from './line-cursor.ts';

export interface TranscriptLine {
  /** Absent for the main agent. */
  readonly agentId?: string;
  /** The line as it stands in the file. */
  readonly text: string;
}

const SUBAGENT = /^agent-(.+)\.jsonl$/;

/**
 * Follows `<session>.jsonl` and `<session>/subagents/agent-<id>.jsonl` (as Claude Code 2.1.329 lays them out).
 * With `from: 'end'` what was written before is skipped; transcripts that appear later are read whole.
 */
export class SessionTranscripts {
  readonly #main: LineCursor;
  readonly #folder: string;
  readonly #subagents = new Map<string, LineCursor>();

  constructor(transcriptPath: string, from: 'start' | 'end') {
    this.#main = new LineCursor(transcriptPath, from);
    this.#folder = path.join(transcriptPath.replace(/\.jsonl$/, ''), 'subagents');
    this.#look(from);
  }

  /** Up to about `maxBytes` of new lines of each transcript. */
  read(maxBytes: number): TranscriptLine[] {
    this.#look('start');
    const lines: TranscriptLine[] = this.#main.read(maxBytes).map(text => ({ text }));
    for (const [agentId, cursor] of this.#subagents) {
      for (const text of cursor.read(maxBytes)) lines.push({ agentId, text });
    }
    return lines;
  }

  #look(from: 'start' | 'end'): void {
    let names: string[];
    try {
      names = fs.readdirSync(this.#folder);
    } catch {
      return;
    }
    for (const name of names) {
      const agentId = SUBAGENT.exec(name)?.[1];
      if (agentId === undefined || this.#subagents.has(agentId)) continue;
      this.#subagents.set(agentId, new LineCursor(path.join(this.#folder, name), from));
    }
  }
}
