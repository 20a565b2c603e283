// A cursor over a file of lines that somebody else appends to.
import { hash } from 'node:crypto';
import fs from 'node:fs';
import { isSettled, isUnchanged, openRegular, type Stamp, stampOf, statOf } from '../../../regular-file.ts';

/** Longest line kept, in bytes; of a longer one nothing is told. */
const LINE_BYTES = 32 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
/** How far back the beginning of a line is looked for, in bytes. */
const SEARCH_BYTES = 1024 * 1024;
/**
 * By how much before it a place is known again, in bytes, and at how many ends of lines. The lines of a transcript end alike:
 * what is their own stands some hundred bytes before that.
 */
const PRINT_BYTES = 2048;
const PRINTS = 64;

export interface Line {
  readonly text: string;
  /** The byte offset just after the line. */
  readonly end: number;
}

/** Where a file ends, and what is needed to know it again. */
export interface Place {
  readonly seen: Stamp;
  /** Of the bytes just before. */
  readonly digest: string;
}

/** Tells the bytes just before an offset from others. */
interface Print {
  readonly end: number;
  readonly digest: string;
}

const NONE: readonly never[] = [];
const NOTHING_READ: Print = { end: 0, digest: digestOf(Buffer.alloc(0)) };

/**
 * Reads the lines that were completed since the last call. A line half written waits for its rest.
 * A file that lost its last lines is read on from where it is still the same, one that was replaced from its start;
 * one that is not there has no lines.
 */
export class LineCursor {
  #path: string;
  /** The file at the last look. */
  #seen: Stamp | undefined;
  /** Everything before it was read. */
  #tail = NOTHING_READ;
  /** The last ends of lines, oldest first. */
  #prints: readonly Print[] = NONE;
  #partial: readonly Buffer[] = NONE;
  #partialBytes = 0;
  #restarts = 0;
  #changedFrom: number | undefined;
  #missing = true;
  #behind = false;
  #modifiedAt = 0;

  /**
   * @param from a byte offset; the lines that end before it are skipped. `end`: so is all that is complete in the file already.
   * A place: it is gone on from there; should the file not be the same any more, it is read from its start.
   */
  constructor(path: string, from: number | 'end' | Place) {
    this.#path = path;
    if (typeof from === 'object') {
      this.#seen = from.seen;
      this.#tail = { end: from.seen.size, digest: from.digest };
      this.#missing = false;
    } else if (from !== 0) this.#skipTo(from === 'end' ? Number.MAX_SAFE_INTEGER : from);
  }

  get path(): string {
    return this.#path;
  }

  /** The byte offset that was read up to; the line that is there may be half read. */
  get offset(): number {
    return this.#tail.end;
  }

  /** How many times the file turned out to be another one, and was read from its start. */
  get restarts(): number {
    return this.#restarts;
  }

  /** From which byte on the file was another one at the last look than had been read; undefined: it was the same, as far as that shows. */
  get changedFrom(): number | undefined {
    return this.#changedFrom;
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

  /** All that has to be remembered of a file that was read to its end; undefined when more is to come, as far as is known. */
  get place(): Place | undefined {
    const isAtEnd = this.#seen?.size === this.offset && this.#partialBytes === 0;
    return this.#seen && isAtEnd ? { seen: this.#seen, digest: this.#tail.digest } : undefined;
  }

  /**
   * Up to about `maxBytes` of lines; call again while the cursor is `behind`.
   *
   * @param wanted asked about the bytes of a line; those it does not want are skipped without being decoded. Default: all.
   */
  read(maxBytes: number, wanted: (line: Buffer) => boolean = () => true): Line[] {
    this.#behind = false;
    this.#changedFrom = undefined;
    const now = statOf(this.#path);
    this.#missing = now === undefined;
    // Most looks at a file find nothing new, and should cost next to nothing.
    const isOld = now?.size === this.offset && isUnchanged(this.#seen, now) && isSettled(now);
    if (now === undefined || isOld) return [];
    const file = this.#open();
    if (file === undefined) return [];
    const lines: Line[] = [];
    try {
      const stat = fs.fstatSync(file);
      const { size } = stat;
      this.#modifiedAt = Math.floor(stat.mtimeMs);
      // Whoever appends makes it larger. What was done to it else can only be found out by looking at more of it.
      const grew = stat.ino === this.#seen?.ino && size > this.#seen.size;
      const odd = !grew && !isUnchanged(this.#seen, stat);
      if (odd || !holds(file, this.#tail, size)) this.#goBack(file, size);
      this.#seen = stampOf(stat);
      for (let budget = maxBytes; budget > 0 && this.offset < size; ) {
        const fresh = Math.min(CHUNK_BYTES, budget, size - this.offset);
        const known = Math.min(PRINT_BYTES, this.offset);
        const bytes = readAt(file, this.offset - known, known + fresh);
        if (bytes.length <= known) break;
        this.#split(bytes, known, lines, wanted);
        budget -= bytes.length - known;
      }
      this.#behind = this.offset < size;
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

  /** @param known how many of the bytes, at their beginning, were read before. */
  #split(bytes: Buffer, known: number, lines: Line[], wanted: (line: Buffer) => boolean): void {
    const begin = this.offset - known;
    const ends: number[] = [];
    let start = known;
    for (let end = bytes.indexOf(NEWLINE, start); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#keep(bytes.subarray(start, end));
      start = end + 1;
      if (this.#partialBytes > 0 && this.#partialBytes <= LINE_BYTES) {
        const [first] = this.#partial;
        const line = this.#partial.length === 1 && first ? first : Buffer.concat(this.#partial);
        if (wanted(line)) lines.push({ text: line.toString('utf8'), end: begin + start });
      }
      this.#forget();
      ends.push(start);
    }
    // What is kept until the rest comes holds no chunk; most often it is nothing at all.
    if (start < bytes.length) this.#keep(copyOf(bytes.subarray(start)));
    const printAt = (end: number): Print => ({ end: begin + end, digest: digestOf(bytes.subarray(0, end)) });
    this.#prints = [...this.#prints, ...ends.slice(-PRINTS).map(printAt)].slice(-PRINTS);
    this.#tail = printAt(bytes.length);
  }

  #keep(bytes: Buffer): void {
    this.#partialBytes += bytes.length;
    if (this.#partialBytes <= LINE_BYTES) this.#partial = [...this.#partial, bytes];
    else this.#partial = NONE;
  }

  #forget(): void {
    this.#partial = NONE;
    this.#partialBytes = 0;
  }

  /** Goes back to the last line up to which the file is what was read, unless it all is. */
  #goBack(file: number, size: number): void {
    const broken = this.#prints.findIndex(print => !holds(file, print, size));
    if (broken < 0 && holds(file, this.#tail, size)) return;
    this.#forget();
    if (broken >= 0) this.#prints = this.#prints.slice(0, broken);
    const last = this.#prints.at(-1);
    if (!last) this.#restarts++;
    this.#tail = last ?? NOTHING_READ;
    this.#changedFrom = this.offset;
  }

  /** Goes to the beginning of the line that the offset is in; past the end, of the line that is not complete yet. */
  #skipTo(offset: number): void {
    const file = this.#open();
    if (file === undefined) return;
    try {
      const stat = fs.fstatSync(file);
      const upTo = Math.min(stat.size, offset);
      const from = Math.max(0, upTo - SEARCH_BYTES);
      const before = readAt(file, from, upTo - from);
      const lineStart = before.lastIndexOf(NEWLINE) + 1;
      this.#seen = stampOf(stat);
      this.#tail = printOf(file, from + lineStart);
      this.#prints = [this.#tail];
    } catch {
      // It is read from its start then, if it can be read at all.
    } finally {
      fs.closeSync(file);
    }
  }
}

/** In memory of their own. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

function digestOf(upToThere: Buffer): string {
  return hash('sha1', upToThere.subarray(-PRINT_BYTES), 'base64url');
}

function printOf(file: number, end: number): Print {
  const bytes = Math.min(PRINT_BYTES, end);
  return { end, digest: digestOf(readAt(file, end - bytes, bytes)) };
}

/** Whether what stood before an offset still stands there. */
function holds(file: number, { end, digest }: Print, size: number): boolean {
  return end <= size && printOf(file, end).digest === digest;
}

/** Fewer bytes when there are no more. */
function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, fs.readSync(file, bytes, 0, length, position));
}
