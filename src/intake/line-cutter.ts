// Cuts bytes into lines, and never keeps more of one than a line may have.

/** Longest line, in bytes. */
export const LINE_MOST = 64 * 1024;

/** A line without its end; undefined for one that was longer than a line may be. */
export type Line = string | undefined;

const NEWLINE = 0x0a;

export class LineCutter {
  /** What came of a line that is not whole yet. */
  #pieces: Buffer[] = [];
  /** All that came of it, in bytes; what is too much is counted, and not kept. */
  #size = 0;

  /** The lines that are whole with this. */
  cut(bytes: Buffer): Line[] {
    const lines: Line[] = [];
    let done = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, done)) {
      this.#keep(bytes.subarray(done, end));
      lines.push(this.#take());
      done = end + 1;
    }
    this.#keep(bytes.subarray(done));
    return lines;
  }

  /** How much there is of a line without an end, in bytes. */
  get rest(): number {
    return this.#size;
  }

  /** The line without an end, for it will not come any more. */
  end(): Line {
    return this.#take();
  }

  #keep(bytes: Buffer): void {
    this.#size += bytes.length;
    // A copy: the rest of what came with it would be kept as well.
    if (this.#size <= LINE_MOST) this.#pieces.push(Buffer.from(bytes));
    else this.#pieces = [];
  }

  #take(): Line {
    const line = this.#size > LINE_MOST ? undefined : Buffer.concat(this.#pieces).toString();
    this.#pieces = [];
    this.#size = 0;
    return line?.replace(/\r$/, '');
  }
}
