// Where `hookline on --resume NAME` is, on disk: a small file of its own for each name.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Failure, UsageError } from '../failure.ts';
import type { Settled } from './ledger.ts';

const Saved = z.object({
  epoch: z.string().min(1),
  seq: z.int().min(0),
  ahead: z.array(z.int()),
  /** The latest time an event had so far, in milliseconds since 1970: where to go on in a log that began anew. */
  timestamp: z.number(),
});

export interface Bookmarked extends Settled {
  readonly timestamp: number;
}

/** The folder of all of them. */
export function bookmarkFolder(home: string): string {
  return path.join(home, 'positions');
}

/** @throws UsageError for a name that is no plain file name. */
export function checkName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  throw new UsageError(
    `--resume is ${JSON.stringify(name)}, but a name has letters, digits, dots, dashes and underscores only, 64 at most`,
  );
}

export class Bookmark {
  readonly #file: string;

  constructor(home: string, name: string) {
    this.#file = path.join(bookmarkFolder(home), `${name}.json`);
  }

  /** @throws Failure when the file holds something else. */
  load(): Bookmarked | undefined {
    let text: string;
    try {
      text = fs.readFileSync(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return Saved.parse(JSON.parse(text));
    } catch (error) {
      throw new Failure(`${this.#file} is damaged; delete it to begin with what comes from now on`, {
        cause: error,
      });
    }
  }

  /** On the disk when it returns, whole or not at all. */
  save(bookmarked: Bookmarked): void {
    fs.mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    const temp = `${this.#file}.${randomBytes(4).toString('hex')}.tmp`;
    const fd = fs.openSync(temp, 'wx', 0o600);
    try {
      fs.writeSync(fd, `${JSON.stringify(bookmarked)}\n`);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(temp, this.#file);
  }
}
