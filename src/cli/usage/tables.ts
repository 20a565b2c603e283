// Draws what was used as tables.
import type { SessionUsage } from '../../protocol/index.ts';
import type { Colors } from '../terminal.ts';
import { dollars, tokens } from '../text/amount.ts';
import { folderName, SHORT_ID } from '../text/labels.ts';
import { plainShort } from '../text/plain.ts';
import { type Cell, table } from '../text/table.ts';
import type { Group, Line } from './report.ts';

const KINDS = ['INPUT', 'OUTPUT', 'CACHE READ', 'CACHE WRITE', 'COST'];

/** The first word of the head, and lines of which some are sums. */
export function usageTable(
  what: string,
  lines: readonly Line[],
  sums: readonly Line[],
  colors: Colors,
): string[] {
  const head = [{ text: what }, ...KINDS.map(text => ({ text, right: true as const }))];
  return table([
    head.map(cell => ({ ...cell, paint: colors.dim })),
    ...lines.map(line => row(line, colors)),
    ...sums.map(line => row(line, colors).map(cell => ({ ...cell, paint: colors.bold }))),
  ]);
}

function row({ key, used }: Line, colors: Colors): Cell[] {
  const counts = [used.input, used.output, used.cacheRead, used.cacheCreation];
  return [
    { text: plainShort(key, 40) },
    ...counts.map(count => ({ text: tokens(count), right: true as const })),
    {
      text: dollars(used.costUsd),
      right: true,
      ...(used.costUsd === undefined ? { paint: colors.dim } : {}),
    },
  ];
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

/** A session as it is called: by its title, or by its project, with the beginning of its id. */
export function sessionName({ sessionId, project, name }: SessionUsage): string {
  return `${plainShort(name ?? folderName(project), 30)}·${sessionId.slice(0, SHORT_ID)}`;
}
