// The parts the docs page is made of: field tables, code with a copy button, sections, tables of codes.
import { el } from '../design/dom.ts';
import { inline } from './prose.js';

/** Names of the shared shapes, which types link to. */
export const shapeId = name => `shape-${name}`;

export function fieldTable(fields) {
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

function typePart({ shape, text }) {
  return shape === undefined ? text : el('a', { href: `#${shapeId(shape)}` }, shape);
}

export function table(heads, rows, kind) {
  const head = el(
    'tr',
    {},
    heads.map(text => el('th', { scope: 'col' }, text)),
  );
  return el(`table.${kind}`, {}, el('thead', {}, head), el('tbody', {}, rows));
}

/** A row of a table of codes: the first cell names it. */
export function codeRow(code, ...cells) {
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, el('code', {}, String(code))),
    cells.map(cell => el('td', {}, inline(String(cell)))),
  );
}

/** JSON or a program, with a button that copies it. */
export function codeBlock(text, label) {
  const button = el('button.copy', { type: 'button', 'aria-label': `Copy ${label}` }, 'Copy');
  button.addEventListener('click', async () => {
    const done = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
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
function tinted(text) {
  if (!/^[[{]/.test(text)) return text;
  return text
    .split(/("(?:[^"\\]|\\.)*"(?=\s*:))/)
    .map(part => (part.startsWith('"') ? el('span.key', {}, part) : part));
}

/** A heading that can be linked to. */
export function heading(level, id, ...children) {
  return el(
    `h${level}`,
    { id, tabindex: -1 },
    children,
    // For the mouse; everybody else finds the same link in the contents, and headings keep their names.
    el('a.anchor', { href: `#${id}`, tabindex: -1, 'aria-hidden': 'true' }, '#'),
  );
}
