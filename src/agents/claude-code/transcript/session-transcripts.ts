// All transcripts of one session: its own, wherever it moves to, and those of its subagents as they appear.
import fs from 'node:fs';
import path from 'node:path';
import { isUnchanged, statOf } from '../../../regular-file.ts';
import { type AgentFile, AgentFolder } from './agent-folder.ts';
import { LineCursor, type Place } from './line-cursor.ts';

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
  /** When what was read of it before it came to rest had been written, in milliseconds since 1970. Absent: it has not been at rest. */
  readonly restedFrom?: number;
}

/** The file of a subagent, followed or at rest: a session that lives for long has thousands of those. */
interface Subagent {
  /** Where it lies. */
  file: AgentFile;
  at: TranscriptFile | Place;
}

/** By how much the time of a file may lag behind that of what was written to it, in milliseconds: some file systems count in seconds. */
const CLOCK_MS = 2000;

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
  readonly #files = new Set<TranscriptFile>();
  readonly #subagents = new Map<AgentFile, Subagent>();
  #resting = 0;

  constructor(transcriptPath: string, begin: Begin) {
    this.alsoAt(transcriptPath);
    const cursor = new LineCursor(transcriptPath, begin(undefined, transcriptPath));
    this.#files.add({ foundAt: transcriptPath, cursor });
    this.#findSubagents(begin);
  }

  /** The session's transcript is said to be here too. */
  alsoAt(transcriptPath: string): void {
    if (this.#paths.has(transcriptPath)) return;
    const folder = path.join(transcriptPath.replace(/\.jsonl$/, ''), 'subagents');
    this.#paths.set(transcriptPath, new AgentFolder(folder));
  }

  /** Every file that is not at rest, after a look for new ones and for those that have moved. */
  files(): ReadonlySet<TranscriptFile> {
    this.#findMoved();
    this.#findSubagents(() => 0);
    return this.#files;
  }

  /** Up to about `maxBytes` of new lines of each transcript. */
  read(maxBytes: number): TranscriptLine[] {
    return [...this.files()].flatMap(({ agentId, cursor }) =>
      cursor.read(maxBytes).map(line => (agentId === undefined ? line : { agentId, ...line })),
    );
  }

  /** How many are at rest. */
  get resting(): number {
    return this.#resting;
  }

  /** Subagents' files are let go of; one that is not read to its end is not. */
  rest(files: ReadonlySet<TranscriptFile>): void {
    for (const subagent of new Set(this.#subagents.values())) {
      const { at } = subagent;
      const place = isFollowed(at) && files.has(at) ? at.cursor.place : undefined;
      if (!place || !isFollowed(at)) continue;
      this.#files.delete(at);
      subagent.at = place;
      this.#resting++;
    }
  }

  /** Those of a subagent are followed again, from where they were read to. */
  wake(agentId: string): void {
    this.#wake(({ file }) => file.agentId === agentId);
  }

  /** So are those that are not what they were. It costs a look at each one that is at rest. */
  wakeChanged(): void {
    this.#wake(({ file, at }) => {
      const stat = statOf(file.path);
      return stat !== undefined && !isFollowed(at) && !isUnchanged(at.seen, stat);
    });
  }

  #wake(which: (subagent: Subagent) => boolean): void {
    if (this.#resting === 0) return;
    for (const subagent of this.#subagents.values()) {
      const { file, at } = subagent;
      if (isFollowed(at) || !which(subagent)) continue;
      const { agentId, path: foundAt } = file;
      const restedFrom = at.seen.mtimeMs + CLOCK_MS;
      const followed = { agentId, foundAt, cursor: new LineCursor(foundAt, at), restedFrom };
      this.#files.add(followed);
      subagent.at = followed;
      this.#resting--;
    }
  }

  #findMoved(): void {
    if (this.#paths.size === 1) return;
    const all = [...this.#files];
    const held = new Set(all.map(({ cursor }) => cursor.path));
    for (const candidate of this.#paths.keys()) {
      if (held.has(candidate) || !fs.existsSync(candidate)) continue;
      const gone = all.find(({ agentId, cursor }) => agentId === undefined && !fs.existsSync(cursor.path));
      if (gone) gone.cursor.moveTo(candidate);
      else this.#files.add({ foundAt: candidate, cursor: new LineCursor(candidate, 0) });
    }
  }

  #findSubagents(begin: Begin): void {
    for (const folder of this.#paths.values()) {
      for (const file of folder.files()) {
        const known = this.#subagents.get(file);
        if (!known) this.#meet(file, begin);
        else if (this.#paths.size > 1) move(known, file);
      }
    }
  }

  #meet(file: AgentFile, begin: Begin): void {
    const { agentId, path: foundAt } = file;
    const known = this.#elsewhere(file);
    if (known) move(known, file);
    this.#subagents.set(
      file,
      known ??
        this.#follow({ agentId, foundAt, cursor: new LineCursor(foundAt, begin(agentId, foundAt)) }, file),
    );
  }

  #follow(at: TranscriptFile, file: AgentFile): Subagent {
    this.#files.add(at);
    return { file, at };
  }

  /** The same file in another folder, be it that it is copied or that it has gone from there. */
  #elsewhere({ agentId, place }: AgentFile): Subagent | undefined {
    for (const subagent of this.#subagents.values()) {
      const { file } = subagent;
      if (file.agentId === agentId && (file.place === place || !fs.existsSync(file.path))) return subagent;
    }
    return undefined;
  }
}

const isFollowed = (at: TranscriptFile | Place): at is TranscriptFile => 'cursor' in at;

/** It may lie at another place too; once it lies there only, it is gone on with there. */
function move(subagent: Subagent, to: AgentFile): void {
  const { file, at } = subagent;
  if (file === to || fs.existsSync(file.path)) return;
  subagent.file = to;
  if (isFollowed(at)) at.cursor.moveTo(to.path);
}
