// The payloads that hooks kept while they found nobody home.
import fs from 'node:fs';
import path from 'node:path';
import { openRegular, statOf } from '../regular-file.ts';
import { parseJson } from '../sanitize/index.ts';

export interface Spooled {
  readonly file: string;
  /** The parsed payload. */
  readonly body: unknown;
  /** When the hook ran, in milliseconds since 1970. */
  readonly at: number;
  /** It was sent as well, and may have been taken though no answer came. */
  readonly sent: boolean;
}

/** A file younger than this that does not parse may still be being written, in milliseconds. */
const WRITING_MS = 5000;
/** How the names of those begin that were sent as well; the number is when, in seconds since 1970, where the hook has waited since. */
const SENT = /^sent-(?:(\d{9,11})-)?/;
/** Most payloads taken at a time, and most bytes of them, unless the first has more. */
const BATCH = { files: 200, bytes: 16 * 1024 * 1024 };
/** A larger file is no payload that a hook kept, in bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

interface Found {
  readonly file: string;
  /** When the hook ran. */
  readonly at: number;
  readonly writtenAt: number;
  readonly size: number;
}

export class Spool {
  readonly #folder: string;
  readonly #rejected: (file: string, why: string) => void;

  /** @param rejected told of a file that is no payload; it is kept under another name. */
  constructor(folder: string, rejected: (file: string, why: string) => void) {
    this.#folder = folder;
    this.#rejected = rejected;
  }

  /** The oldest payloads, but for some files, in the order they were kept. They stay until they are removed. */
  peek(now: number, except: ReadonlySet<string> = new Set()): Spooled[] {
    const found = this.#names()
      .flatMap(name => this.#stat(name))
      .filter(({ file }) => !except.has(file))
      .sort((a, b) => a.at - b.at || a.file.localeCompare(b.file));
    let bytes = 0;
    const more = found.findIndex(({ size }, index) => {
      bytes += size;
      return index >= BATCH.files || (index > 0 && bytes > BATCH.bytes);
    });
    return found.slice(0, more < 0 ? undefined : more).flatMap(one => this.#read(one, now));
  }

  remove(spooled: Spooled): void {
    fs.rmSync(spooled.file, { force: true });
  }

  /** How many payloads hooks had to drop since this was asked last, because too many were kept. */
  takeDropped(): number {
    const file = path.join(this.#folder, 'dropped');
    const { size } = statOf(file) ?? { size: 0 };
    try {
      if (size > 0) fs.rmSync(file);
      return size;
    } catch {
      return 0;
    }
  }

  #names(): string[] {
    try {
      return fs.readdirSync(this.#folder).filter(name => name.endsWith('.json'));
    } catch {
      return [];
    }
  }

  #stat(name: string): Found[] {
    const file = path.join(this.#folder, name);
    let why = 'it is no regular file';
    try {
      const stat = fs.lstatSync(file);
      if (stat.isFile() && stat.size <= MOST_BYTES) {
        const { mtimeMs: writtenAt, size } = stat;
        return [{ file, at: sentAt(name) ?? writtenAt, writtenAt, size }];
      }
      if (stat.isFile()) why = `it has more than ${MOST_BYTES} bytes`;
    } catch {
      return []; // A hook dropped it to make room.
    }
    this.reject(file, why);
    return [];
  }

  #read({ file, at, writtenAt }: Found, now: number): Spooled[] {
    try {
      const text = textOf(file);
      if (text === undefined) return [];
      const body = parseJson(text);
      return [{ file, at: Math.round(at), body, sent: SENT.test(path.basename(file)) }];
    } catch (error) {
      if (!(error instanceof SyntaxError) || now - writtenAt < WRITING_MS) return [];
      this.reject(file, error.message);
      return [];
    }
  }

  /** Puts a file that cannot be taken out of the way, without deleting it. */
  reject(file: string, why: string): void {
    const aside = `${file}.rejected`;
    fs.renameSync(file, aside);
    this.#rejected(aside, why);
  }
}

/** In milliseconds since 1970. */
function sentAt(name: string): number | undefined {
  const seconds = SENT.exec(name)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** What is in it; undefined when it is gone, or is no regular file any more. */
function textOf(file: string): string | undefined {
  const opened = openRegular(file, { followLinks: false });
  if (opened === undefined) return undefined;
  try {
    return fs.readFileSync(opened, 'utf8');
  } finally {
    fs.closeSync(opened);
  }
}
