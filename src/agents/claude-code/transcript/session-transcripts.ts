// All transcripts of one session: its own, wherever it moves to, and those of its subagents as they appear.
import fs from 'node:fs';
import path from 'node:path';
import { type AgentFile, AgentFolder } from './agent-folder.ts';
import { LineCursor } from './line-cursor.ts';

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
  /** Where it lay at first; it may have moved since. */
  readonly foundAt: string;
  readonly cursor: LineCursor;
}

/** Where to begin in a transcript: a byte offset, or `end` to skip what was written before. */
export type Begin = (agentId: string | undefined, path: string) => number | 'end';

/**
 * Follows `<session>.jsonl`, `<session>/subagents/agent-<id>.jsonl` and, for those that a workflow starts,
 * `<session>/subagents/workflows/<run>/agent-<id>.jsonl` (as Claude Code 2.1.332 lays them out).
 * The client moves them to another folder when it enters a worktree, and back when it leaves.
 * `begin` is asked about the transcripts that are there at first; those that appear later are read whole.
 */
export class SessionTranscripts {
  /** Every path the main transcript was said to have, oldest first, and the folder of the subagents that belongs to it. */
  readonly #paths = new Map<string, AgentFolder>();
  readonly #files: TranscriptFile[] = [];
  /** The subagents' files by their places. */
  readonly #subagents = new Map<string, TranscriptFile>();

  constructor(transcriptPath: string, begin: Begin) {
    this.alsoAt(transcriptPath);
    const cursor = new LineCursor(transcriptPath, begin(undefined, transcriptPath));
    this.#files.push({ foundAt: transcriptPath, cursor });
    this.#findSubagents(begin);
  }

  /** The session's transcript is said to be here too. */
  alsoAt(transcriptPath: string): void {
    if (this.#paths.has(transcriptPath)) return;
    const folder = path.join(transcriptPath.replace(/\.jsonl$/, ''), 'subagents');
    this.#paths.set(transcriptPath, new AgentFolder(folder));
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
    for (const candidate of this.#paths.keys()) {
      if (held.has(candidate) || !fs.existsSync(candidate)) continue;
      const gone = this.#files.find(
        ({ agentId, cursor }) => agentId === undefined && !fs.existsSync(cursor.path),
      );
      if (gone) gone.cursor.moveTo(candidate);
      else this.#files.push({ foundAt: candidate, cursor: new LineCursor(candidate, 0) });
    }
  }

  #findSubagents(begin: Begin): void {
    for (const folder of this.#paths.values()) for (const file of folder.files()) this.#take(file, begin);
  }

  #take({ agentId, path: file, place }: AgentFile, begin: Begin): void {
    const known = this.#subagents.get(place) ?? this.#lost(agentId);
    const subagent = known ?? { agentId, foundAt: file, cursor: new LineCursor(file, begin(agentId, file)) };
    if (!known) this.#files.push(subagent);
    else if (known.cursor.path !== file && !fs.existsSync(known.cursor.path)) known.cursor.moveTo(file);
    this.#subagents.set(place, subagent);
  }

  /** A subagent's file that is not where it was. */
  #lost(agentId: string): TranscriptFile | undefined {
    return this.#files.find(one => one.agentId === agentId && !fs.existsSync(one.cursor.path));
  }
}
