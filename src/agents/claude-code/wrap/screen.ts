// What a client shows: its output, as a terminal would have it on the screen.
import type { IBufferCell, IBufferLine, Terminal } from '@xterm/headless';
import { type PromptBox, promptBoxIn, type Row } from './prompt-box.ts';

export class Screen {
  readonly #terminal: Terminal;
  /** Pieces of output that are not on the screen yet. */
  #behind = 0;

  /** @param terminal of `@xterm/headless`, of the size that the client has */
  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  write(output: Uint8Array): void {
    this.#behind++;
    this.#terminal.write(output, () => {
      this.#behind--;
    });
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** Whether all that the client has written is on it. */
  get isCurrent(): boolean {
    return this.#behind === 0;
  }

  /** The client's prompt; undefined when the screen shows none, or is not up to date. */
  get promptBox(): PromptBox | undefined {
    return this.isCurrent ? promptBoxIn(this.#rows()) : undefined;
  }

  close(): void {
    this.#terminal.dispose();
  }

  #rows(): Row[] {
    const { buffer, rows } = this.#terminal;
    const { active } = buffer;
    const cell = active.getNullCell();
    return Array.from({ length: rows }, (_, index) => rowOf(active.getLine(active.baseY + index), cell));
  }
}

function rowOf(line: IBufferLine | undefined, cell: IBufferCell): Row {
  let written = '';
  for (let column = 0; line && column < line.length; column++) {
    line.getCell(column, cell);
    // The second half of a wide character has no text of its own.
    if (cell.getWidth() > 0) written += cell.isDim() ? ' ' : cell.getChars() || ' ';
  }
  return { text: line?.translateToString(true) ?? '', written };
}
