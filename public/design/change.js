// What an edit or a new file changes: lines that stay, lines taken away and lines put in.
import { el } from './dom.js';
import { folded } from './fold.js';
import { visible } from './text.js';

/** Most pairs of lines that are compared; of a larger change all of the old comes before all of the new. */
const PAIRS = 1_000_000;
/** Tools that say only what is to be there: tool → the field that does. */
const PUTS = { Write: 'content', NotebookEdit: 'new_source' };
const EDITS = ['Edit', 'MultiEdit'];

export const isChange = toolName => EDITS.includes(toolName) || Object.hasOwn(PUTS, toolName);

/** The lines of the change that a call makes, each with `+ `, `- ` or blanks before it; undefined when its input tells none. */
export function changeOf(toolName, input) {
  const put = Object.hasOwn(PUTS, toolName) ? input?.[PUTS[toolName]] : undefined;
  if (typeof put === 'string') return changed('', put);
  const edits = Array.isArray(input?.edits) ? input.edits : [input];
  const all = edits.map(editOf).filter(one => one !== undefined);
  return all.length === 0 ? undefined : all.join('\n⋯\n');
}

/** The same of one edit. */
export function editOf(edit) {
  const { old_string: before, new_string: after } = edit ?? {};
  return typeof before === 'string' && typeof after === 'string' ? changed(before, after) : undefined;
}

/** The change as a block, folded after so many lines when it is long. */
export const changeNode = (change, lines) => folded(change, tinted, lines);

function changed(before, after) {
  const [old, fresh] = [before, after].map(text => (text === '' ? [] : text.split('\n')));
  const stay = (old.length + 1) * (fresh.length + 1) > PAIRS ? () => 0 : staying(old, fresh);
  const lines = [];
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
function staying(old, fresh) {
  const wide = fresh.length + 1;
  const most = new Uint16Array((old.length + 1) * wide);
  for (let at = old.length - 1; at >= 0; at--)
    for (let to = fresh.length - 1; to >= 0; to--) {
      const here = at * wide + to;
      most[here] =
        old[at] === fresh[to] ? most[here + wide + 1] + 1 : Math.max(most[here + wide], most[here + 1]);
    }
  return (at, to) => most[at * wide + to];
}

const MARKS = { '-': 'span.taken', '+': 'span.put' };

const tinted = text =>
  text.split('\n').map(one => el(MARKS[one[0]] ?? 'span.stays', {}, `${visible(one)}\n`));
