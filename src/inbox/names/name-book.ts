// The names that somebody gave: which session has which, and in which groups they are.
import { z } from 'zod';

const Entry = z.object({
  /** The session it was given to last. */
  sessionId: z.string().optional(),
  /** The process that session ran in, told from a later one with its pid: `/clear` begins another session in it. */
  process: z.object({ pid: z.number(), procStart: z.string().optional() }).optional(),
  groups: z.array(z.string()).default([]),
});
export type Entry = z.infer<typeof Entry>;
const Saved = z.object({ names: z.record(z.string(), Entry) });

/** Where names are kept: one text, written whole. */
export interface NameShelf {
  /** What was saved last; undefined when nothing was. */
  readonly saved: string | undefined;
  /** Resolves once it is on the disk. */
  readonly save: (text: string) => Promise<void>;
}

export class NameBook {
  readonly #save: NameShelf['save'];
  readonly #entries: Map<string, Entry>;
  #written: Promise<void> = Promise.resolve();

  /** @throws Error when what was saved is nothing of ours */
  constructor({ saved, save }: NameShelf) {
    this.#save = save;
    const { names } = Saved.parse(saved === undefined ? { names: {} } : JSON.parse(saved));
    this.#entries = new Map(Object.entries(names));
  }

  get all(): ReadonlyMap<string, Entry> {
    return this.#entries;
  }

  get(name: string): Entry | undefined {
    return this.#entries.get(name);
  }

  /** Undefined: it is forgotten. It counts at once; resolves once it is saved. */
  set(name: string, entry: Entry | undefined): Promise<void> {
    if (entry === undefined) this.#entries.delete(name);
    else this.#entries.set(name, entry);
    const text = `${JSON.stringify({ names: Object.fromEntries(this.#entries) }, undefined, 2)}\n`;
    this.#written = this.#written.catch(() => {}).then(() => this.#save(text));
    return this.#written;
  }
}
