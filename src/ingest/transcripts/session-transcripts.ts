// All transcripts of one session: its own, wherever it moves to, and those of its subagents as they appear.
import fs from 'node:fs';
import path from 'node:path';
import { LineCursor } from './line-cursor.ts';
import { statOf } from './regular-file.ts';

export interface TranscriptLine {
  /** Absent for the main agent. */
  readonly agentId?: string;
  /** The line as it stands in the file. */
  readonly text: string;
  /** The byte offset in its file just after the line. */
  readonly end: number;
}

/** One file that is followed. */
export interface TranscriptFile {
  /** Absent for the main agent. */
  readonly agentId?: string;
  readonly cursor: LineCursor;
}

const SUBAGENT = /^agent-(.+)\.jsonl$/;

/** Where to begin in a transcript: a byte offset, or `end` to skip what was written before. */
export type Begin = (agentId: string | undefined, path: string) => number | 'end';

/**
 * Follows `<session>.jsonl` and `<session>/subagents/agent-<id>.jsonl` (as Claude Code 2.1.329 lays them out).
 * The client moves them to another folder when it enters a worktree, and back when it leaves.
 * `begin` is asked about the transcripts that are there at first; those that appear later are read whole.
 */
export class SessionTranscripts {
  /** Every path the main transcript was said to have, oldest first. */
  readonly #paths = new Set<string>();
  readonly #files: TranscriptFile[] = [];

  constructor(transcriptPath: string, begin: Begin) {
    this.#paths.add(transcriptPath);
    this.#files.push({ cursor: new LineCursor(transcriptPath, begin(undefined, transcriptPath)) });
    this.#findSubagents(begin);
  }

  /** The session's transcript is said to be here too. */
  alsoAt(transcriptPath: string): void {
    this.#paths.add(transcriptPath);
  }

  /** Every file, after a look for new ones and for those that have moved. */
  files(): readonly TranscriptFile[] {
    this.#findMoved();
    this.#findSubagents(() => 0);
    return this.#files;
  }

  /** Up to about `maxBytes` of new lines of each transcript. */
  read(maxBytes: number): TranscriptLine[] {
    return this.files().flatMap(({ agentId, cursor }) =>
      cursor.read(maxBytes).map(line => (agentId === undefined ? line : { agentId, ...line })),
    );
  }

  #findMoved(): void {
    if (this.#paths.size === 1) return;
    const held = new Set(this.#files.map(({ cursor }) => cursor.path));
    for (const candidate of this.#paths) {
      if (held.has(candidate) || !fs.existsSync(candidate)) continue;
      const gone = this.#files.find(
        ({ agentId, cursor }) => agentId === undefined && !fs.existsSync(cursor.path),
      );
      if (gone) gone.cursor.moveTo(candidate);
      else this.#files.push({ cursor: new LineCursor(candidate, 0) });
    }
  }

  #findSubagents(begin: Begin): void {
    for (const main of this.#paths) {
      const folder = path.join(main.replace(/\.jsonl$/, ''), 'subagents');
      for (const name of namesIn(folder)) {
        const agentId = SUBAGENT.exec(name)?.[1];
        if (agentId !== undefined) this.#take(agentId, path.join(folder, name), begin);
      }
    }
  }

  #take(agentId: string, file: string, begin: Begin): void {
    const known = this.#files.find(one => one.agentId === agentId);
    if (!known) this.#files.push({ agentId, cursor: new LineCursor(file, begin(agentId, file)) });
    else if (known.cursor.path !== file && !fs.existsSync(known.cursor.path)) known.cursor.moveTo(file);
  }
}

function namesIn(folder: string): string[] {
  // Most sessions have no subagents; that is no error, and asking is cheaper than failing.
  if (!statOf(folder)) return [];
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}
