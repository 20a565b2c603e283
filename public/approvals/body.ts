// What is asked, whole: a command, a change, a plan as they are meant, and every other field of the input below it.
import { changeOf } from '../../src/story/change.ts';
import { tinted } from '../design/change.ts';
import { type Child, el } from '../design/dom.ts';
import { count, plural } from '../design/format.ts';
import { field, own } from '../design/lookup.ts';
import { cut } from '../design/text.ts';
import { wordsOf } from '../session/markdown.ts';
import { exposed } from './exposed.ts';

type Input = Readonly<Record<string, unknown>>;

/** Characters of one text that are on the page at once; the rest is a press away. */
const AT_ONCE = 100_000;
/** A value longer than this, or of several lines, has a block of its own. */
const SHORT = 80;
/** Lines that are seen without scrolling, about. */
const SEEN_LINES = 16;

/** What is shown in a way of its own, and the names of the fields that this shows to the last character. */
interface Shown {
  readonly nodes: readonly Child[];
  readonly fields: readonly string[];
}

/** All of a tool's input. */
export function bodyOf(toolName: string, input: Input): HTMLElement {
  const { nodes, fields } = mainPart(toolName, input);
  const rest = Object.entries(input).filter(([name]) => !fields.includes(name));
  return el('div.request-body', {}, nodes, rest.length === 0 ? undefined : fieldList(rest));
}

/** Every field with its value. */
export const fieldList = (fields: readonly (readonly [string, unknown])[]): HTMLElement =>
  el(
    'dl.request-fields',
    {},
    fields.map(([name, value]) =>
      el('div', {}, el('dt.data', {}, exposed(name)), el('dd', {}, valueNode(value))),
    ),
  );

function mainPart(toolName: string, input: Input): Shown {
  const { command, plan } = input;
  if (typeof command === 'string') return { nodes: [block(command)], fields: ['command'] };
  if (toolName === 'ExitPlanMode' && typeof plan === 'string')
    return { nodes: [planNode(plan)], fields: ['plan'] };
  const fields = own(CHANGES, toolName)?.(input);
  const change = fields && changeOf(toolName, input);
  const path = fields?.[0] === undefined ? undefined : input[fields[0]];
  if (fields === undefined || change === undefined || typeof path !== 'string')
    return { nodes: [], fields: [] };
  const everywhere =
    input['replace_all'] === true ? el('p.small', {}, 'Wherever it is in the file:') : undefined;
  const marks = change === '' ? el('p.small', {}, 'Empty.') : block(change, one => tinted(one, exposed));
  return { nodes: [el('p.data', {}, el('code', {}, exposed(path))), everywhere, marks], fields };
}

const texts = (input: Input, ...names: string[]): boolean =>
  names.every(name => typeof input[name] === 'string');

/** Tools that change a file: the fields that the path, which is the first, and a diff say all of; undefined where they would not. */
const CHANGES: Readonly<Record<string, (input: Input) => readonly string[] | undefined>> = {
  Edit: input =>
    texts(input, 'old_string', 'new_string') && input['edits'] === undefined
      ? [
          'file_path',
          'old_string',
          'new_string',
          ...(typeof input['replace_all'] === 'boolean' ? ['replace_all'] : []),
        ]
      : undefined,
  MultiEdit: input =>
    Array.isArray(input['edits']) && input['edits'].every(isPlainEdit) ? ['file_path', 'edits'] : undefined,
  Write: input => (texts(input, 'content') ? ['file_path', 'content'] : undefined),
  NotebookEdit: input => (texts(input, 'new_source') ? ['notebook_path', 'new_source'] : undefined),
};

/** Whether an edit says nothing but what goes and what comes. */
const isPlainEdit = (edit: unknown): boolean =>
  typeof field(edit, 'old_string') === 'string' &&
  typeof field(edit, 'new_string') === 'string' &&
  Object.keys(edit as object).length === 2;

/** A plan as its words are meant. One that is very long is text: the rest of it is then a press away. */
const planNode = (plan: string): HTMLElement =>
  plan.length > AT_ONCE
    ? block(plan)
    : el(
        'div.words.request-plan',
        { tabindex: 0, role: 'group', 'aria-label': 'Its plan' },
        wordsOf(exposed(plan)),
      );

function valueNode(value: unknown): Child {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? String(value));
  if (text.length <= SHORT && !text.includes('\n')) return el('code.data', {}, exposed(text));
  return block(text);
}

/** A text in a box of its own, which scrolls; it says so when not all of it is seen. */
export function block(
  text: string,
  tint = (whole: string): (string | Node)[] => [exposed(whole)],
): HTMLElement {
  const shown = cut(text, AT_ONCE);
  const pre = el('pre.block.data', { tabindex: 0 }, tint(shown));
  const lines = text.split('\n').length;
  const rest = text.length - shown.length;
  const size =
    lines > SEEN_LINES ? plural(lines, 'line') : text.length > 2000 ? plural(text.length, 'character') : '';
  if (rest === 0)
    return size === '' ? pre : el('div.request-long', {}, pre, el('p.faint.tiny', {}, `${size} in all`));
  const more = el('button.button.quiet', { type: 'button' }, `Show the other ${count(rest)} characters`);
  more.addEventListener('click', () => {
    pre.replaceChildren(...tint(text));
    more.remove();
  });
  return el('div.request-long', {}, pre, more);
}
