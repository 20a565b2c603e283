// Claude Code's register of its running sessions: `<config>/sessions/<pid>.json`, one file a process.
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { isId } from '../../flat-payload/refusal.ts';

const word = z.string().min(1).max(4096).optional().catch(undefined);
const time = z.int().positive().optional().catch(undefined);

/** A file of the register as Claude Code 2.1.329 writes it; what is missing or of an odd type reads as absent. */
const Entry = z.object({
  pid: z.int().positive(),
  sessionId: z.string().refine(isId),
  procStart: word,
  pidDomain: word,
  startedAt: time,
  cwd: word,
  version: word,
  name: word,
  nameSource: word,
  kind: word,
  entrypoint: word,
  status: word,
  statusUpdatedAt: time,
  waitingFor: word,
  messagingSocketPath: word,
  parkedJobId: word,
});

/** A process of the agent, in its own words. */
export interface SessionFile {
  readonly pid: number;
  /** The session it has open now; `/clear`, `/resume` and `/branch` change it. */
  readonly sessionId: string;
  /** When the process began, as its operating system counts: field 22 of `/proc/<pid>/stat` on Linux. */
  readonly procStart?: string | undefined;
  /** Where the pid means something, such as `linux:<machine id>:pid:[4026531836]`. */
  readonly pidDomain?: string | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt?: number | undefined;
  readonly cwd?: string | undefined;
  readonly version?: string | undefined;
  readonly name?: string | undefined;
  /** `derived` for a name nobody gave it, `user`, ... */
  readonly nameSource?: string | undefined;
  /** `interactive`, ... */
  readonly kind?: string | undefined;
  /** `cli`, `sdk-cli`, ... */
  readonly entrypoint?: string | undefined;
  /** `busy`, `idle` or `waiting`. */
  readonly status?: string | undefined;
  /** Since when, in milliseconds since 1970. */
  readonly statusUpdatedAt?: number | undefined;
  readonly waitingFor?: string | undefined;
  /** Where it takes messages of other sessions. */
  readonly messagingSocketPath?: string | undefined;
  /** The session moved to the background under this id: what its terminal shows now is another one, or the list of all. */
  readonly parkedJobId?: string | undefined;
}

/** The only names that are ever opened: the keys of the sessions' sockets lie beside them. */
const FILE = /^\d+\.json$/;
/** A larger file is not one of the register, in bytes. */
const MOST_BYTES = 64 * 1024;

interface Kept {
  readonly stamp: string;
  readonly entry: SessionFile | undefined;
}

/** The register of one configuration folder. A file is read again only when it has changed. */
export class SessionFiles {
  readonly #folder: string;
  #files = new Map<string, Kept>();

  /** @param configDir Claude Code's own folder, such as `~/.claude`. */
  constructor(configDir: string) {
    this.#folder = path.join(configDir, 'sessions');
  }

  /** Who is registered now; undefined when that cannot be known, the folder being missing or closed to us. */
  read(): SessionFile[] | undefined {
    let names: string[];
    try {
      names = fs.readdirSync(this.#folder).filter(name => FILE.test(name));
    } catch {
      return undefined;
    }
    const files = new Map<string, Kept>();
    for (const name of names) {
      const kept = this.#look(name);
      if (kept) files.set(name, kept);
    }
    this.#files = files;
    return [...files.values()].flatMap(({ entry }) => (entry ? [entry] : []));
  }

  /** What is registered of a process; undefined when nothing is. */
  of(pid: number): SessionFile | undefined {
    return this.#look(`${pid}.json`)?.entry;
  }

  #look(name: string): Kept | undefined {
    const file = path.join(this.#folder, name);
    const before = this.#files.get(name);
    try {
      const { ino, size, mtimeMs } = fs.statSync(file);
      const stamp = `${ino} ${size} ${mtimeMs}`;
      if (before?.stamp === stamp) return before;
      if (size > MOST_BYTES) return { stamp, entry: undefined };
      return { stamp, entry: parseEntry(fs.readFileSync(file, 'utf8'), name) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      // Half written, most likely: what it said before holds until it can be read again.
      return { stamp: '', entry: before?.entry };
    }
  }
}

/** @throws SyntaxError when the text is no JSON. JSON that is no entry, or another process's, gives undefined. */
function parseEntry(text: string, name: string): SessionFile | undefined {
  const entry = Entry.safeParse(JSON.parse(text));
  return entry.success && name === `${entry.data.pid}.json` ? entry.data : undefined;
}
