// Any JSON value as something to read: fields with their names, nested ones folded, long texts folded, changes as changes.
import { editOf } from '../../src/story/change.ts';
import { changeNode } from '../design/change.ts';
import { el } from '../design/dom.ts';
import { folded } from '../design/fold.ts';
import { count, plural } from '../design/format.ts';
import { line, visible } from '../design/text.ts';
import { errorText } from '../design/words.ts';

/** Entries of one object or array that are shown. */
const ENTRIES = 100;
/** How deep fields are open from the start. */
const OPEN_DEPTH = 2;

/** The fields of an object, one under the other. */
export function fieldList(object: object, depth = 0): HTMLElement {
  const entries = Object.entries(object);
  const shown = entries
    .slice(0, ENTRIES)
    .map(([name, value]: [string, unknown]) => fieldNode(name, value, depth));
  const more = entries.length - shown.length;
  return el(
    'dl.values',
    {},
    shown,
    more > 0
      ? el('div', {}, el('dt.faint', {}, '…'), el('dd.faint', {}, `${count(more)} more, in the JSON`))
      : undefined,
  );
}

function fieldNode(name: string, value: unknown, depth: number): HTMLElement {
  const inline = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
  const wide = !inline || (typeof value === 'string' && isLong(value));
  return el(
    wide ? 'div.wide' : 'div',
    {},
    el('dt.mono.data', {}, line(name, 80)),
    el('dd', {}, valueNode(value, depth)),
  );
}

const isLong = (text: string): boolean => text.length > 70 || text.includes('\n');

function valueNode(value: unknown, depth: number): HTMLElement {
  if (typeof value === 'string') return textNode(value);
  if (typeof value !== 'object' || value === null) return el('span.literal.mono', {}, String(value));
  const size = Object.keys(value).length;
  if (size === 0) return el('span.literal.mono', {}, Array.isArray(value) ? '[ ]' : '{ }');
  const edit = editOf(value);
  const change = edit === undefined ? undefined : changeNode(edit);
  const rest = change === undefined ? value : withoutChange(value);
  if (depth < OPEN_DEPTH && size <= 20) return el('div.nested', {}, change, listOf(rest, depth));
  return nested(value, change, rest, depth);
}

const listOf = (value: object, depth: number): HTMLElement | undefined =>
  Object.keys(value).length > 0 ? fieldList(value, depth + 1) : undefined;

// Made when it is opened: however deep somebody nests, nobody falls in.
function nested(value: object, change: HTMLElement | undefined, rest: object, depth: number): HTMLElement {
  const size = Object.keys(value).length;
  const words = Array.isArray(value) ? plural(size, 'item') : plural(size, 'field');
  const details = el('details.nested', {}, el('summary.faint', {}, words));
  details.addEventListener('toggle', () => {
    if (details.open && details.children.length === 1)
      details.append(...[change, listOf(rest, depth)].filter(node => node !== undefined));
  });
  return details;
}

function textNode(whole: string): HTMLElement {
  const text = errorText(whole);
  if (text === '') return el('span.literal.mono', {}, '""');
  return isLong(text) ? folded(text) : el('span.data', {}, visible(text));
}

function withoutChange(value: object): object {
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => name !== 'old_string' && name !== 'new_string'),
  );
}
