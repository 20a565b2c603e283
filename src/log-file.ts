// A log in a file that is put aside when it is full. No line is lost: what the file does not take goes elsewhere.
import fs from 'node:fs';
import path from 'node:path';
import { inWords } from './system-error.ts';

export interface LogFileOptions {
  /** Absolute. Made with mode 0600, and its folder with 0700 where there is none. */
  readonly file: string;
  /** It is put aside before it would be larger than this, in bytes. */
  readonly maxBytes: number;
  /** How many full ones are kept, from one on: `FILE.1` is the newest of them. */
  readonly keep: number;
  /** Gets the lines that the file does not take. */
  readonly instead: (line: string) => void;
  /** Told once, in words, when the file takes nothing, or cannot be put aside. */
  readonly failed: (why: string) => void;
  /** Told when it takes lines again: how many went elsewhere. */
  readonly mended: (lines: number) => void;
}

const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK, O_NOCTTY } = fs.constants;
/** A pipe that nobody reads is refused, and not waited for. */
const TO_APPEND = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY;

/** Lines are written at once, so that a crash finds all of them there. */
export class LogFile {
  readonly #options: LogFileOptions;
  #open: { readonly fd: number; readonly ino: number } | undefined;
  /** Lines that went elsewhere since the file last took one. */
  #elsewhere = 0;
  #growing = false;

  constructor(options: LogFileOptions) {
    this.#options = options;
  }

  /** Never throws. @param line with the newline at its end */
  write(line: string): void {
    const { instead, failed, mended } = this.#options;
    const missed = this.#elsewhere;
    try {
      this.#append(Buffer.from(line));
    } catch (error) {
      this.#elsewhere++;
      if (missed === 0)
        failed(this.#why('cannot be written, and its lines go to stderr until it can', error));
      instead(line);
      return;
    }
    this.#elsewhere = 0;
    if (missed > 0) mended(missed);
  }

  #append(bytes: Buffer): void {
    const fd = this.#fileFor(bytes.length);
    let done = 0;
    try {
      while (done < bytes.length) done += fs.writeSync(fd, bytes, done);
    } catch (error) {
      // The whole line goes elsewhere: half of one would be none.
      if (done > 0) fs.ftruncateSync(fd, fs.fstatSync(fd).size - done);
      throw error;
    }
  }

  /** What is open, if it is still the file of that name: others may put it aside too, or delete it. */
  #fileFor(more: number): number {
    const { file, maxBytes } = this.#options;
    const there = fs.statSync(file, { throwIfNoEntry: false });
    if (there?.isFile() && there.size > 0 && there.size + more > maxBytes) this.#putAside();
    else if (this.#open?.ino === there?.ino && this.#open) return this.#open.fd;
    this.#close();
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const fd = fs.openSync(file, TO_APPEND, 0o600);
    const opened = fs.fstatSync(fd);
    this.#open = { fd, ino: opened.ino };
    if (opened.isFile() && (opened.mode & 0o077) !== 0) fs.fchmodSync(fd, 0o600);
    return fd;
  }

  /** Where that cannot be done the file goes on growing. Only as many move on as have to: what fails half way is gone on with the next time. */
  #putAside(): void {
    const { file, keep, failed } = this.#options;
    const nth = (n: number): string => (n === 0 ? file : `${file}.${n}`);
    try {
      let last = 1;
      while (last < keep && fs.existsSync(nth(last))) last++;
      for (let n = last; n > 0; n--) fs.renameSync(nth(n - 1), nth(n));
      this.#growing = false;
    } catch (error) {
      if (!this.#growing) failed(this.#why('cannot be put aside, so it goes on growing', error));
      this.#growing = true;
    }
  }

  #close(): void {
    if (this.#open) fs.closeSync(this.#open.fd);
    this.#open = undefined;
  }

  #why(what: string, error: unknown): string {
    const { file } = this.#options;
    return `log: ${file} ${what}: ${inWords(error, path.dirname(file))}`;
  }
}
