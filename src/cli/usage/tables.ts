// Draws what was used as tables.
import { costOf, workOf } from '../../protocol/index.ts';
import type { Colors } from '../terminal.ts';
import { cost, tokens } from '../text/amount.ts';
import { folderName } from '../text/labels.ts';
import { plain } from '../text/plain.ts';
import { type Cell, table, tableWidth } from '../text/table.ts';
import { cutFront, cutTo, displayWidth } from '../text/width.ts';
import type { Group, Line } from './line.ts';

export interface TableStyle {
  readonly colors: Colors;
  /** Columns of the terminal; undefined when nobody watches, and nothing is cut. */
  readonly columns: number | undefined;
}

/** Three kinds of tokens and what they come to; what is read from the cache is no work, and stands after that. */
const KINDS = ['INPUT', 'OUTPUT', 'CACHE WRITE', 'TOKENS', 'CACHE READ', 'COST'];
/** The same where there is little room. */
const SHORT_KINDS = ['INPUT', 'OUTPUT', 'C.WRITE', 'TOKENS', 'C.READ', 'COST'];
const ROOMY = 90;

/** The first word of the head, and lines of which some are sums. */
export function usageTable(
  what: string,
  lines: readonly Line[],
  sums: readonly Line[],
  { colors, columns = Number.POSITIVE_INFINITY }: TableStyle,
): string[] {
  const kinds = columns < ROOMY ? SHORT_KINDS : KINDS;
  const head = kinds.map((text): Cell => ({ text, right: true, paint: colors.dim }));
  const figures = [...lines, ...sums].map(({ used }) => figuresOf(used, colors));
  const room = Math.max(1, columns - tableWidth([head, ...figures]) - 2);
  const keys = [...lines, ...sums].map(line => keyIn(line, room));
  return table([
    [{ text: cutTo(what, room), paint: colors.dim }, ...head],
    ...figures.map((cells, index) => {
      const row = [{ text: keys[index] ?? '' }, ...cells];
      return index < lines.length ? row : row.map(cell => ({ ...cell, paint: colors.bold }));
    }),
  ]);
}

function figuresOf(used: Line['used'], colors: Colors): Cell[] {
  const { input, output, cacheRead, cacheCreation } = used;
  const count = (value: number): Cell => ({ text: tokens(value), right: true });
  return [
    ...[input, output, cacheCreation, workOf(used)].map(count),
    { ...count(cacheRead), paint: colors.dim },
    { text: cost(used), right: true, ...(costOf(used) === undefined ? { paint: colors.dim } : {}) },
  ];
}

/** The key in so many columns: of a path its end tells most, of anything else its beginning, and an id is never cut. */
function keyIn({ key, id }: Line, columns: number): string {
  const after = id === undefined ? '' : `·${plain(id)}`;
  const cut = /^(?:\/|[A-Za-z]:\\)/.test(key) ? cutFront : cutTo;
  return cut(plain(key), Math.max(1, columns - displayWidth(after))) + after;
}

/** What is shown of a group's key: folders by their last segment, as long as that tells them apart. */
export function named(lines: readonly Line[], by: Group): Line[] {
  if (by !== 'project') return [...lines];
  const names = lines.map(({ key }) => folderName(key));
  return lines.map((line, index) => {
    const name = names[index] ?? '';
    const alone = names.indexOf(name) === names.lastIndexOf(name);
    return { ...line, key: line.key === '' ? '(unknown)' : alone ? name : line.key };
  });
}
