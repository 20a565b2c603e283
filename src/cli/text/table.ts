// Lays out columns of text.

export interface Cell {
  readonly text: string;
  /** Colours the text; its width is measured before. */
  readonly paint?: (text: string) => string;
  /** Numbers stand right. */
  readonly right?: true;
}

/** Lines of columns two spaces apart, as wide as their widest cell; the last column is left ragged. */
export function table(rows: readonly (readonly Cell[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell.text));
    });
  }
  return rows.map(row =>
    row
      .map(({ text, paint = same, right }, column) => {
        const room = ' '.repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(text)));
        if (right) return room + paint(text);
        return column === row.length - 1 ? paint(text) : paint(text) + room;
      })
      .join('  ')
      .trimEnd(),
  );
}

const same = (text: string): string => text;

/** Wide (East Asian, emoji) and zero-width characters, closely enough for a table. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const ZERO = /^(?:\p{Mn}|\p{Me}|\p{Cf})$/u;

/** Terminal columns a text takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** Text filled up with spaces to a width in terminal columns. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
