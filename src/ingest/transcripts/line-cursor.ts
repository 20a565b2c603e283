// A cursor over a file of lines that somebody else appends to.
import fs from 'node:fs';
import { openRegular, statOf } from './regular-file.ts';

/** Longest line kept, in bytes; of a longer one nothing is told. */
const LINE_BYTES = 32 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
/** How far back the beginning of a line is looked for, in bytes. */
const SEARCH_BYTES = 1024 * 1024;
/** How much of what was read is remembered to know it again, in bytes, and at how many ends of lines. */
const PRINT_BYTES = 64;
const PRINTS = 64;

export interface Line {
  readonly text: string;
  /** The byte offset just after the line. */
  readonly end: number;
}

/** The bytes just before an offset. */
interface Print {
  readonly end: number;
  readonly bytes: Buffer;
}

/**
 * Reads the lines that were completed since the last call. A line half written waits for its rest.
 * A file that lost its last lines is read on from where it is still the same, one that was replaced from its start;
 * one that is not there has no lines.
 */
export class LineCursor {
  #path: string;
  #inode = 0;
  /** Everything before it was read. */
  #offset = 0;
  /** What stands before the offset. */
  #tail: Print = { end: 0, bytes: Buffer.alloc(0) };
  /** The last ends of lines, oldest first. */
  #prints: Print[] = [];
  #partial: Buffer[] = [];
  #partialBytes = 0;
  #restarts = 0;
  #missing = true;
  #behind = false;
  #modifiedAt = 0;

  /** @param from a byte offset; the lines that end before it are skipped. `end`: so is all that is complete in the file already. */
  constructor(path: string, from: number | 'end') {
    this.#path = path;
    if (from !== 0) this.#skipTo(from === 'end' ? Number.MAX_SAFE_INTEGER : from);
  }

  get path(): string {
    return this.#path;
  }

  /** How many times the file turned out to be another one, and was read from its start. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Whether the file was not there when it was read last. */
  get missing(): boolean {
    return this.#missing;
  }

  /** Whether there was more in the file than was read last. */
  get behind(): boolean {
    return this.#behind;
  }

  /** When the file had been written to last, at the last look; in milliseconds since 1970. */
  get modifiedAt(): number {
    return this.#modifiedAt;
  }

  /** The file goes on, or lies, at another path; there MUST be one. */
  moveTo(path: string): void {
    this.#path = path;
    this.#missing = false;
  }

  /**
   * Up to about `maxBytes` of lines; call again while the cursor is `behind`.
   *
   * @param wanted asked about the bytes of a line; those it does not want are skipped without being decoded. Default: all.
   */
  read(maxBytes: number, wanted: (line: Buffer) => boolean = () => true): Line[] {
    this.#behind = false;
    const now = statOf(this.#path);
    this.#missing = now === undefined;
    // Most looks at a file find nothing new, and should cost next to nothing.
    if (now === undefined || (now.ino === this.#inode && now.size === this.#offset)) return [];
    const file = this.#open();
    if (file === undefined) return [];
    const lines: Line[] = [];
    try {
      const { size, ino, mtimeMs } = fs.fstatSync(file);
      this.#modifiedAt = Math.floor(mtimeMs);
      const touched = size !== this.#offset || ino !== this.#inode;
      this.#inode = ino;
      if (touched && !holds(file, this.#tail, size)) this.#goBack(file, size);
      for (let budget = maxBytes; budget > 0 && this.#offset < size; ) {
        const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, budget, size - this.#offset));
        const read = fs.readSync(file, chunk, 0, chunk.length, this.#offset);
        if (read === 0) break;
        this.#split(chunk.subarray(0, read), lines, wanted);
        budget -= read;
      }
      this.#behind = this.#offset < size;
      return lines;
    } catch {
      // The disk does not give it away, now or ever; one file is no reason to leave the others unread.
      return lines;
    } finally {
      fs.closeSync(file);
    }
  }

  #open(): number | undefined {
    const file = openRegular(this.#path);
    this.#missing = file === undefined;
    return file;
  }

  #split(chunk: Buffer, lines: Line[], wanted: (line: Buffer) => boolean): void {
    const ends: number[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      const after = this.#offset + end + 1;
      if (this.#partialBytes > 0 && this.#partialBytes <= LINE_BYTES) {
        const [first] = this.#partial;
        const line = this.#partial.length === 1 && first ? first : Buffer.concat(this.#partial);
        if (wanted(line)) lines.push({ text: line.toString('utf8'), end: after });
      }
      this.#forget();
      ends.push(after);
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    this.#remember(chunk, ends.slice(-PRINTS));
  }

  /** Moves on past a chunk, and remembers what it looked like at the ends of its lines and at its own. */
  #remember(chunk: Buffer, ends: readonly number[]): void {
    const known = Buffer.concat([this.#tail.bytes, chunk]);
    const begin = this.#offset - this.#tail.bytes.length;
    const printAt = (end: number): Print => ({
      end,
      bytes: Buffer.from(known.subarray(Math.max(0, end - begin - PRINT_BYTES), end - begin)),
    });
    this.#prints = [...this.#prints, ...ends.map(printAt)].slice(-PRINTS);
    this.#offset += chunk.length;
    this.#tail = printAt(this.#offset);
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

  /** The file is not what was read: goes back to the last line that is still there. */
  #goBack(file: number, size: number): void {
    this.#forget();
    this.#prints = this.#prints.slice(0, this.#prints.findLastIndex(print => holds(file, print, size)) + 1);
    const last = this.#prints.at(-1);
    if (!last) this.#restarts++;
    this.#tail = last ?? { end: 0, bytes: Buffer.alloc(0) };
    this.#offset = this.#tail.end;
  }

  /** Goes to the beginning of the line that the offset is in; past the end, of the line that is not complete yet. */
  #skipTo(offset: number): void {
    const file = this.#open();
    if (file === undefined) return;
    try {
      const { size, ino } = fs.fstatSync(file);
      const upTo = Math.min(size, offset);
      const before = Buffer.alloc(Math.min(upTo, SEARCH_BYTES));
      fs.readSync(file, before, 0, before.length, upTo - before.length);
      const lineStart = before.lastIndexOf(NEWLINE) + 1;
      this.#inode = ino;
      this.#offset = upTo - before.length + lineStart;
      const bytes = Buffer.from(before.subarray(Math.max(0, lineStart - PRINT_BYTES), lineStart));
      this.#tail = { end: this.#offset, bytes };
      this.#prints = [this.#tail];
    } catch {
      // It is read from its start then, if it can be read at all.
    } finally {
      fs.closeSync(file);
    }
  }
}

/** Whether the bytes still stand where they stood. */
function holds(file: number, { end, bytes }: Print, size: number): boolean {
  if (end > size) return false;
  const now = Buffer.alloc(bytes.length);
  fs.readSync(file, now, 0, now.length, end - bytes.length);
  return now.equals(bytes);
}
