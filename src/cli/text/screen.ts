// Draws lines on a terminal in place: each time over what was drawn before, without taking the screen over.
import type { ReadStream, WriteStream } from 'node:tty';

const ESC = '\u001b[';
/** No cursor in the middle of a table, and no line that goes on in the next one when its width was misjudged. */
const BEGIN = `${ESC}?25l${ESC}?7l`;
const END = `${ESC}?7h${ESC}?25h`;

/** Ctrl-C, Ctrl-D and q. */
const QUIT: ReadonlySet<number> = new Set([3, 4, 113]);

/** A terminal to draw on. `close` MUST be called before the process ends, or the user's cursor stays hidden. */
export class Screen {
  readonly #out: WriteStream;
  readonly #in: ReadStream;
  readonly #onKey: (data: Buffer) => void;
  readonly #onResize = (): void => this.#redraw();
  #lines: readonly string[] = [];
  #drawn = 0;

  /** @param quit called when the user presses Ctrl-C or q */
  constructor(quit: () => void, out: WriteStream = process.stdout, input: ReadStream = process.stdin) {
    this.#out = out;
    this.#in = input;
    this.#onKey = data => {
      if (data.some(byte => QUIT.has(byte))) quit();
    };
    out.write(BEGIN);
    out.on('resize', this.#onResize);
    // What is typed would be written into the table.
    if (!input.isTTY) return;
    input.setRawMode(true);
    input.on('data', this.#onKey);
  }

  get columns(): number {
    return this.#out.columns;
  }

  /** Shows these lines, as many as there is room for, instead of those before. */
  draw(lines: readonly string[]): void {
    this.#lines = lines;
    const room = Math.max(1, this.#out.rows - 1);
    const shown =
      lines.length <= room ? lines : [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more`];
    const up = this.#drawn === 0 ? '' : `${ESC}${this.#drawn}A`;
    this.#out.write(`${up}\r${shown.map(line => `${line}${ESC}K\n`).join('')}${ESC}J`);
    this.#drawn = shown.length;
  }

  /** Gives the terminal back as it was; what was drawn last stays. */
  close(): void {
    this.#out.off('resize', this.#onResize);
    this.#out.write(END);
    if (!this.#in.isTTY) return;
    this.#in.off('data', this.#onKey);
    this.#in.setRawMode(false);
    this.#in.pause();
  }

  /** The terminal has moved the lines about; nobody knows where they are, so everything goes. */
  #redraw(): void {
    this.#out.write(`${ESC}2J${ESC}H`);
    this.#drawn = 0;
    this.draw(this.#lines);
  }
}
