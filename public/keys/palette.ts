// The palette: everything there is by its name, found as one types, gone through with the arrows.
import { el, setOptional } from '../design/dom.ts';
import { count, plural } from '../design/format.ts';
import { groupBy } from '../design/group.ts';
import { icon } from '../design/icons.ts';
import type { Command } from './command.ts';
import { keysNode } from './help.ts';
import { showModal } from './modal.ts';
import { find } from './rank.ts';

/** Commands shown at once; more are found by typing on. */
const SHOWN = 60;

interface Option {
  readonly command: Command;
  readonly node: HTMLElement;
}

/**
 * Opens it.
 *
 * @param commands what there is, in the order in which it is shown while nothing is typed
 * @param fallbacks what can be done with any query
 */
export function openPalette(commands: readonly Command[], fallbacks: (query: string) => Command[]): void {
  const input = el('input', {
    type: 'text',
    role: 'combobox',
    placeholder: 'A session, a view, something to do',
    'aria-label': 'What to go to or to do',
    'aria-expanded': 'true',
    'aria-controls': 'palette-list',
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    maxlength: 200,
    oninput: () => draw(),
  });
  const list = el('div.palette-list', { role: 'listbox', id: 'palette-list', 'aria-label': 'Found' });
  const more = el('p.palette-more.small.faint', { hidden: true });
  const many = el('span.unseen', { role: 'status' });
  let options: Option[] = [];
  let chosen = 0;

  function draw(): void {
    const query = input.value.trim();
    const found = [...find(commands, query), ...(query === '' ? [] : fallbacks(query))];
    const shown = found.slice(0, SHOWN);
    options = shown.map((command, at) => ({ command, node: optionNode(command, at, query !== '') }));
    const groups = groupBy(options, ({ command }) => (query === '' ? command.group : ''));
    list.replaceChildren(...[...groups].map(([title, some]) => groupNode(title, some)));
    list.scrollTop = 0;
    const rest = found.length - shown.length;
    setOptional(more, rest > 0 ? `${count(rest)} more: type on to find them.` : '');
    many.textContent = query === '' ? '' : `${plural(found.length, 'thing')} found`;
    choose(0);
  }

  function choose(at: number): void {
    options[chosen]?.node.setAttribute('aria-selected', 'false');
    chosen = at;
    const node = options[at]?.node;
    if (node === undefined) return input.removeAttribute('aria-activedescendant');
    node.setAttribute('aria-selected', 'true');
    node.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', node.id);
  }

  /** @param aside where it leads is opened in another tab */
  function take(command: Command | undefined, aside: boolean): void {
    if (command === undefined) return;
    if (aside && command.href !== undefined) return void open(command.href, '_blank', 'noopener');
    dialog.close();
    if (command.href !== undefined) location.href = command.href;
    else command.run?.();
  }

  function press(event: KeyboardEvent): void {
    const last = options.length - 1;
    const places: Readonly<Record<string, number>> = {
      ArrowDown: chosen === last ? 0 : chosen + 1,
      ArrowUp: chosen === 0 ? last : chosen - 1,
      PageDown: Math.min(chosen + 8, last),
      PageUp: Math.max(chosen - 8, 0),
    };
    const to = places[event.key];
    if (event.isComposing || (event.key !== 'Enter' && to === undefined)) return;
    event.preventDefault();
    if (to === undefined) take(options[chosen]?.command, event.ctrlKey || event.metaKey);
    else if (last >= 0) choose(to);
  }

  const optionAt = ({ target }: Event): number =>
    options.findIndex(({ node }) => target instanceof Node && node.contains(target));
  list.addEventListener('click', event =>
    take(options[optionAt(event)]?.command, event.ctrlKey || event.metaKey),
  );
  list.addEventListener('pointermove', event => {
    const at = optionAt(event);
    if (at >= 0 && at !== chosen) choose(at);
  });
  input.addEventListener('keydown', press);
  const dialog = showModal(
    'palette',
    'Commands',
    el('div.palette-field', {}, icon('search'), input, el('kbd', { 'aria-hidden': 'true' }, 'Esc')),
    list,
    more,
    many,
  );
  draw();
  input.focus();
}

function groupNode(title: string, options: readonly Option[]): HTMLElement {
  const nodes = options.map(({ node }) => node);
  if (title === '') return el('div', { role: 'group', 'aria-label': 'Best first' }, nodes);
  const head = el('p.palette-group', { 'aria-hidden': 'true' }, title);
  return el('div', { role: 'group', 'aria-label': title }, head, nodes);
}

function optionNode(
  { title, about = '', group, dot, keys }: Command,
  at: number,
  tellsGroup: boolean,
): HTMLElement {
  return el(
    'div.palette-option',
    { role: 'option', id: `palette-${at}`, 'aria-selected': 'false' },
    dot === undefined ? el('span.no-dot') : el('span.dot', { 'data-state': dot }),
    el('span.label.data.one-line', {}, title),
    el('span.hint.data.one-line.small', {}, about),
    keys === undefined ? undefined : keysNode(keys),
    tellsGroup ? el('span.group-name.tiny.faint', {}, group) : undefined,
  );
}
