// The parts the docs page is made of: field tables, code with a copy button, sections, tables of codes.
import { copyText } from '../design/clipboard.ts';
import { type Child, el } from '../design/dom.ts';
import type { Field, TypePart } from './fields.ts';
import { inline } from './prose.ts';

/** One thing to look up. */
export interface Entry {
  readonly id: string;
  readonly title: string;
  readonly node: HTMLElement;
}

/** A part of the page, with a heading of its own. */
export interface Section extends Entry {
  readonly entries: readonly Entry[];
}

/** Names of the shared shapes, which types link to. */
export const shapeId = (name: string): string => `shape-${name}`;

export function fieldTable(fields: readonly Field[]): HTMLElement {
  if (fields.length === 0) return el('p.quiet', {}, 'No fields of its own.');
  const rows = fields.map(({ path, type, bounds, required, description }) =>
    el(
      'tr',
      {},
      el(
        'th',
        { scope: 'row' },
        el('code', {}, path),
        required ? undefined : el('span.optional', {}, 'optional'),
      ),
      el('td.type', {}, el('code', {}, type.map(typePart))),
      el('td', {}, inline(description), bounds === '' ? undefined : el('span.bounds', {}, bounds)),
    ),
  );
  return table(['Field', 'Type', 'Meaning'], rows, 'fields');
}

function typePart({ shape, text }: TypePart): Child {
  return shape === undefined ? text : el('a', { href: `#${shapeId(shape)}` }, shape);
}

export function table(heads: readonly string[], rows: readonly HTMLElement[], kind: string): HTMLElement {
  const head = el(
    'tr',
    {},
    heads.map(text => el('th', { scope: 'col' }, text)),
  );
  return el(`table.${kind}`, {}, el('thead', {}, head), el('tbody', {}, rows));
}

/** A row of a table of codes: the first cell names it. */
export function codeRow(code: string | number, ...cells: (string | number)[]): HTMLElement {
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, el('code', {}, String(code))),
    cells.map(cell => el('td', {}, inline(String(cell)))),
  );
}

/** JSON or a program, with a button that copies it. */
export function codeBlock(text: string, label: string): HTMLElement {
  const button = el('button.copy', { type: 'button', 'aria-label': `Copy ${label}` }, 'Copy');
  button.addEventListener('click', async () => {
    const done = await copyText(text);
    button.textContent = done ? 'Copied' : 'Select it';
    setTimeout(() => button.replaceChildren('Copy'), 1500);
  });
  return el(
    'figure.code',
    {},
    el('figcaption', {}, label, button),
    el('pre', { tabindex: 0 }, el('code', {}, tinted(text))),
  );
}

// Keys stand out from what they hold; anything that is not JSON stays as it is.
function tinted(text: string): Child {
  if (!/^[[{]/.test(text)) return text;
  return text
    .split(/("(?:[^"\\]|\\.)*"(?=\s*:))/)
    .map(part => (part.startsWith('"') ? el('span.key', {}, part) : part));
}

/** A heading that can be linked to. */
export function heading(level: 2 | 3, id: string, ...children: Child[]): HTMLElement {
  return el(
    `h${level}`,
    { id, tabindex: -1 },
    children,
    // For the mouse; everybody else finds the same link in the contents, and headings keep their names.
    el('a.anchor', { href: `#${id}`, tabindex: -1, 'aria-hidden': 'true' }, '#'),
  );
}
