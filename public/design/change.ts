// What an edit or a new file changes: lines that stay, lines taken away and lines put in.
import { el } from './dom.ts';
import { folded } from './fold.ts';
import { field, own } from './lookup.ts';
import { visible } from './text.ts';

/** Most pairs of lines that are compared; of a larger change all of the old comes before all of the new. */
const PAIRS = 1_000_000;
/** Tools that say only what is to be there: tool → the field that does. */
const PUTS: Readonly<Record<string, string>> = { Write: 'content', NotebookEdit: 'new_source' };
const EDITS = ['Edit', 'MultiEdit'];

export const isChange = (toolName: string): boolean =>
  EDITS.includes(toolName) || Object.hasOwn(PUTS, toolName);

/** The lines of the change that a call makes, each with `+ `, `- ` or blanks before it; undefined when its input tells none. */
export function changeOf(toolName: string, input: unknown): string | undefined {
  const puts = own(PUTS, toolName);
  const put = puts === undefined ? undefined : field(input, puts);
  if (typeof put === 'string') return changed('', put);
  const edits = field(input, 'edits');
  const all = (Array.isArray(edits) ? edits : [input]).map(editOf).filter(one => one !== undefined);
  return all.length === 0 ? undefined : all.join('\n⋯\n');
}

/** The same of one edit. */
export function editOf(edit: unknown): string | undefined {
  const [before, after] = [field(edit, 'old_string'), field(edit, 'new_string')];
  return typeof before === 'string' && typeof after === 'string' ? changed(before, after) : undefined;
}

/** The change as a block, folded after so many lines when it is long. */
export const changeNode = (change: string, lines?: number): HTMLElement =>
  folded(change, whole => tinted(whole), lines);

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

const MARKS: Readonly<Record<string, string>> = { '-': 'span.taken', '+': 'span.put' };

/** A node for each line of a change. `show` makes what would not be seen visible. */
export const tinted = (change: string, show: (text: string) => string = visible): HTMLElement[] =>
  change.split('\n').map(one => el(MARKS[one.slice(0, 1)] ?? 'span.stays', {}, `${show(one)}\n`));
