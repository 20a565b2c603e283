// Lays out columns of text.
import { displayWidth, wrap } from './width.ts';

export interface Cell {
  readonly text: string;
  /** Colours the text; its width is measured before. */
  readonly paint?: (text: string) => string;
  /** Numbers stand right. */
  readonly right?: true;
}

const GAP = '  ';

function columnWidths(rows: readonly (readonly Cell[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell.text));
    });
  }
  return widths;
}

/** Terminal columns that these rows take. */
export function tableWidth(rows: readonly (readonly Cell[])[]): number {
  const widths = columnWidths(rows);
  return widths.reduce((sum, width) => sum + width, GAP.length * Math.max(0, widths.length - 1));
}

/** Lines of columns two spaces apart, as wide as their widest cell; the last column is left ragged. */
export function table(rows: readonly (readonly Cell[])[]): string[] {
  const widths = columnWidths(rows);
  return rows.map(row =>
    row
      .map(({ text, paint = same, right }, column) => {
        const room = ' '.repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(text)));
        if (right) return room + paint(text);
        return column === row.length - 1 ? paint(text) : paint(text) + room;
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** Lines of a name and a value each; a value too wide for the terminal goes on below itself, its words left whole. */
export function facts(rows: readonly (readonly [Cell, Cell])[], columns: number | undefined): string[] {
  const names = Math.max(...rows.map(([name]) => displayWidth(name.text))) + GAP.length;
  const wide = rows.flatMap(([name, { text, paint = same }]) =>
    wrap(text, columns === undefined ? undefined : columns - names).map((line, index) => [
      index === 0 ? name : { text: '' },
      { text: line, paint },
    ]),
  );
  return table(wide);
}

const same = (text: string): string => text;
