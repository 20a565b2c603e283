// What an edit or a new file changes: lines that stay, lines taken away and lines put in.
import { field, own } from './lookup.ts';

/** Most pairs of lines that are compared; of a larger change all of the old comes before all of the new. */
const PAIRS = 1_000_000;
/** Tools that say only what is to be there: tool → the field that does. */
const PUTS: Readonly<Record<string, string>> = { Write: 'content', NotebookEdit: 'new_source' };
const EDITS = ['Edit', 'MultiEdit'];
/** Stands where lines are left out. */
const GAP = '⋯';

export const isChange = (toolName: string): boolean =>
  EDITS.includes(toolName) || Object.hasOwn(PUTS, toolName);

/** The lines of the change that a call makes, each with `+ `, `- ` or blanks before it; undefined when its input tells none. */
export function changeOf(toolName: string, input: unknown): string | undefined {
  const puts = own(PUTS, toolName);
  const put = puts === undefined ? undefined : field(input, puts);
  if (typeof put === 'string') return changed('', put);
  const edits = field(input, 'edits');
  const all = (Array.isArray(edits) ? edits : [input]).map(editOf).filter(one => one !== undefined);
  return all.length === 0 ? undefined : all.join(`\n${GAP}\n`);
}

/** The same of one edit. */
export function editOf(edit: unknown): string | undefined {
  const [before, after] = [field(edit, 'old_string'), field(edit, 'new_string')];
  return typeof before === 'string' && typeof after === 'string' ? changed(before, after) : undefined;
}

/**
 * What was changed in the end, as the result of a call tells it, with the lines around; undefined when it tells none (Claude Code
 * 2.1.329: `structuredPatch`, empty for a file that is new). Before each part stands where in the file it is: `⋯ line 12`.
 */
export function patchOf(response: unknown): string | undefined {
  const parts = partsOf(response).map(({ start, lines }) =>
    [...(start > 1 ? [`${GAP} line ${start}`] : []), ...lines.map(signed)].join('\n'),
  );
  return parts.length === 0 ? undefined : parts.join('\n');
}

/** How many lines a result says were put in and taken away; undefined when it tells no change. */
export function linesChanged(
  response: unknown,
): { readonly put: number; readonly taken: number } | undefined {
  const lines = partsOf(response).flatMap(part => part.lines);
  if (lines.length === 0) return undefined;
  const many = (sign: string): number => lines.filter(line => line.startsWith(sign)).length;
  return { put: many('+'), taken: many('-') };
}

/** The lines of a change as a diff that other programs know: a sign and the line. */
export const asDiff = (change: string): string =>
  change.replaceAll(
    new RegExp(`^(?:([-+ ]) |${GAP}(.*)$)`, 'gm'),
    (_, sign: string | undefined, where = '') => (sign === undefined ? `@@${where} @@` : sign),
  );

interface Part {
  readonly start: number;
  readonly lines: readonly string[];
}

function partsOf(response: unknown): Part[] {
  const patch = field(response, 'structuredPatch');
  return (Array.isArray(patch) ? patch : []).flatMap(part => {
    const [start, lines] = [field(part, 'newStart'), field(part, 'lines')];
    const told = (Array.isArray(lines) ? lines : []).filter(line => typeof line === 'string');
    return told.length === 0 ? [] : [{ start: typeof start === 'number' ? start : 1, lines: told }];
  });
}

/** `+line` as `+ line`; what the sanitizer says instead of lines has no sign. */
const signed = (line: string): string =>
  /^[-+ ]/.test(line) ? `${line.slice(0, 1)} ${line.slice(1)}` : `  ${line}`;

const linesOf = (text: string): string[] => (text === '' ? [] : text.split('\n'));

function changed(before: string, after: string): string {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const stay = (old.length + 1) * (fresh.length + 1) > PAIRS ? () => 0 : staying(old, fresh);
  const lines: string[] = [];
  for (let at = 0, to = 0; at < old.length || to < fresh.length; ) {
    if (at < old.length && old[at] === fresh[to]) {
      lines.push(`  ${old[at++]}`);
      to++;
    } else if (at < old.length && (to === fresh.length || stay(at + 1, to) >= stay(at, to + 1)))
      lines.push(`- ${old[at++]}`);
    else lines.push(`+ ${fresh[to++]}`);
  }
  return lines.join('\n');
}

/** How many lines can stay of what is left from two places on. */
function staying(old: readonly string[], fresh: readonly string[]): (at: number, to: number) => number {
  const wide = fresh.length + 1;
  const most = new Uint16Array((old.length + 1) * wide);
  const mostAt = (place: number): number => most[place] ?? 0;
  for (let at = old.length - 1; at >= 0; at--)
    for (let to = fresh.length - 1; to >= 0; to--) {
      const here = at * wide + to;
      most[here] =
        old[at] === fresh[to] ? mostAt(here + wide + 1) + 1 : Math.max(mostAt(here + wide), mostAt(here + 1));
    }
  return (at, to) => mostAt(at * wide + to);
}
