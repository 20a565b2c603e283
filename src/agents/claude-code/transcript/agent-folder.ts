// A folder that a session's subagents write their transcripts to, with the folders in it; it is listed again only once it has changed.
import fs from 'node:fs';
import path from 'node:path';
import { isSettled, isUnchanged, type Stamp, stampOf, statOf } from '../../../regular-file.ts';

/** The transcript of one subagent. It is the same object at every look; there may be thousands, so it holds little. */
export class AgentFile {
  readonly agentId: string;
  readonly #folder: AgentFolder;

  constructor(agentId: string, folder: AgentFolder) {
    this.agentId = agentId;
    this.#folder = folder;
  }

  get path(): string {
    return path.join(this.#folder.path, this.#name);
  }

  /** Its path below the outermost folder: what tells it from others of the same id, and stays when the session moves. */
  get place(): string {
    return path.join(this.#folder.place, this.#name);
  }

  get #name(): string {
    return `agent-${this.agentId}.jsonl`;
  }
}

/** What else lies there is no transcript: `.meta.json` beside each, and the `journal.jsonl` of a workflow. */
const SUBAGENT = /^agent-(.+)\.jsonl$/;
/** How many folders deep they are looked for: Claude Code 2.1.332 puts those of a workflow into `workflows/<run>`. */
const DEPTH = 5;

export class AgentFolder {
  readonly path: string;
  /** Its path below the outermost folder. */
  readonly place: string;
  readonly #depth: number;
  /** Of the listing that is known; undefined when it has to be read again. */
  #stamp: Stamp | undefined;
  #files: readonly AgentFile[] = [];
  #folders = new Map<string, AgentFolder>();

  constructor(folder: string, place = '', depth = 1) {
    this.path = folder;
    this.place = place;
    this.#depth = depth;
  }

  /** What is there now. It costs a look at each folder, and nothing for the files in those that have not changed. */
  *files(): Generator<AgentFile> {
    this.#lookAgain();
    yield* this.#files;
    for (const folder of this.#folders.values()) yield* folder.files();
  }

  #lookAgain(): void {
    // Most sessions have no subagents; that is no error, and asking is cheaper than failing.
    const stat = statOf(this.path);
    if (stat && isUnchanged(this.#stamp, stat)) return;
    this.#stamp = stat && isSettled(stat) ? stampOf(stat) : undefined;
    this.#list(stat ? entriesOf(this.path) : []);
  }

  #list(entries: readonly fs.Dirent[]): void {
    const folders = new Map<string, AgentFolder>();
    const known = new Map(this.#files.map(file => [file.agentId, file]));
    this.#files = entries.flatMap(entry => {
      const { name } = entry;
      const agentId = SUBAGENT.exec(name)?.[1];
      // A link to a folder leads to those of another session.
      if (!entry.isDirectory())
        return agentId === undefined ? [] : [known.get(agentId) ?? new AgentFile(copyOf(agentId), this)];
      if (this.#depth < DEPTH) folders.set(name, this.#folders.get(name) ?? this.#below(name));
      return [];
    });
    this.#folders = folders;
  }

  #below(name: string): AgentFolder {
    return new AgentFolder(path.join(this.path, name), path.join(this.place, name), this.#depth + 1);
  }
}

/** One that does not hold the longer text it was cut from. */
const copyOf = (text: string): string => Buffer.from(text).toString();

function entriesOf(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
