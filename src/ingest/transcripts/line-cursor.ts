// A cursor over a file of lines that somebody else appends to.
import fs from 'node:fs';

/** Longest line kept, in bytes; of a longer one nothing is told. */
const LINE_BYTES = 32 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
/** How far back the beginning of a line is looked for, in bytes. */
const SEARCH_BYTES = 1024 * 1024;

export interface Line {
  readonly text: string;
  /** The byte offset just after the line. */
  readonly end: number;
}

/**
 * Reads the lines that were completed since the last call. A line half written waits for its rest.
 * A file that shrank or was replaced is read from its start; one that is not there yet has no lines.
 */
export class LineCursor {
  readonly path: string;
  #inode = 0;
  /** Everything before it was read. */
  #offset = 0;
  #partial: Buffer[] = [];
  #partialBytes = 0;

  /** @param from a byte offset; the lines that end before it are skipped. `end`: so is all that is complete in the file already. */
  constructor(path: string, from: number | 'end') {
    this.path = path;
    if (from !== 0) this.#skipTo(from === 'end' ? Number.MAX_SAFE_INTEGER : from);
  }

  /** Up to about `maxBytes` of lines; call again until it returns none. */
  read(maxBytes: number): Line[] {
    let file: number;
    try {
      file = fs.openSync(this.path, 'r');
    } catch {
      return [];
    }
    try {
      const { size, ino } = fs.fstatSync(file);
      if (size < this.#offset || (this.#inode !== 0 && ino !== this.#inode)) this.#restart();
      this.#inode = ino;
      const lines: Line[] = [];
      for (let budget = maxBytes; budget > 0 && this.#offset < size; budget -= CHUNK_BYTES) {
        const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, size - this.#offset));
        const read = fs.readSync(file, chunk, 0, chunk.length, this.#offset);
        if (read === 0) break;
        this.#split(chunk.subarray(0, read), lines);
        this.#offset += read;
      }
      return lines;
    } finally {
      fs.closeSync(file);
    }
  }

  #split(chunk: Buffer, lines: Line[]): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      if (this.#partialBytes > 0 && this.#partialBytes <= LINE_BYTES) {
        const text = Buffer.concat(this.#partial).toString('utf8');
        lines.push({ text, end: this.#offset + end + 1 });
      }
      this.#forget();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  #keep(bytes: Buffer): void {
    this.#partialBytes += bytes.length;
    if (this.#partialBytes <= LINE_BYTES) this.#partial.push(bytes);
    else this.#partial = [];
  }

  #forget(): void {
    this.#partial = [];
    this.#partialBytes = 0;
  }

  #restart(): void {
    this.#offset = 0;
    this.#forget();
  }

  /** Goes to the beginning of the line that the offset is in; past the end, of the line that is not complete yet. */
  #skipTo(offset: number): void {
    let file: number;
    try {
      file = fs.openSync(this.path, 'r');
    } catch {
      return;
    }
    try {
      const { size, ino } = fs.fstatSync(file);
      const upTo = Math.min(size, offset);
      const before = Buffer.alloc(Math.min(upTo, SEARCH_BYTES));
      fs.readSync(file, before, 0, before.length, upTo - before.length);
      this.#inode = ino;
      this.#offset = upTo - before.length + before.lastIndexOf(NEWLINE) + 1;
    } finally {
      fs.closeSync(file);
    }
  }
}
