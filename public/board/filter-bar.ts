// The fields that say which sessions the board shows and how: what is typed replaces the address, what is chosen can be undone with Back.
import { makeChoice } from '../design/choice.ts';
import { el, setText } from '../design/dom.ts';
import type { App } from '../shell/app.ts';
import { type Choice, isFiltered } from './choice.ts';
import { NEEDS } from './need.ts';

/** A board of so many needs no filter. */
const FEW = 6;

interface Drawn {
  readonly choice: Choice;
  readonly form: 'cards' | 'list';
  /** Project → what it is called. */
  readonly projects: ReadonlyMap<string, string>;
  readonly shown: number;
  readonly all: number;
}

export interface FilterBar {
  readonly node: HTMLElement;
  draw(drawn: Drawn): void;
  /** Shows it, however few sessions there are. */
  open(): void;
}

/** @param enter goes on to what is shown */
export function makeFilterBar(
  { replace, change }: Pick<App, 'replace' | 'change'>,
  enter: () => void,
): FilterBar {
  const q = el('input.field', {
    type: 'search',
    name: 'q',
    placeholder: 'Filter: name, branch, prompt',
    'aria-label': 'Show only sessions with these words',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    maxlength: 200,
    oninput: () => replace({ q: q.value }),
    onkeydown: (event: Event) => {
      if (!(event instanceof KeyboardEvent) || event.isComposing) return;
      if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
      event.preventDefault();
      enter();
    },
  }) as HTMLInputElement;
  const project: HTMLSelectElement = el('select.field', {
    'aria-label': 'Project',
    onchange: () => change({ project: project.value }),
  });
  const state: HTMLSelectElement = el(
    'select.field',
    { 'aria-label': 'State', onchange: () => change({ state: state.value }) },
    el('option', { value: '' }, 'Any state'),
    NEEDS.map(({ need, title }) => el('option', { value: need }, title)),
  );
  const group = makeChoice('Group', { need: 'By need', project: 'By project' }, value =>
    change({ group: value === 'need' ? undefined : value }),
  );
  const form = makeChoice('Form', { cards: 'Cards', list: 'List' }, value => change({ as: value }));
  const many = el('span.small.soft', { role: 'status' });
  const clear = el(
    'button.button.quiet',
    { type: 'button', hidden: true, onclick: () => change({ q: '', project: '', state: '' }) },
    'Show all',
  );
  const node = el(
    'div.board-filters',
    { role: 'search', 'aria-label': 'Which sessions', hidden: true },
    q,
    project,
    state,
    group.node,
    form.node,
    many,
    clear,
  );
  let isOpen = false;
  let options = '';

  return {
    node,
    open() {
      isOpen = true;
      node.hidden = false;
    },
    draw({ choice, form: drawnForm, projects, shown, all }) {
      const filtered = isFiltered(choice);
      node.hidden = !isOpen && all <= FEW && !filtered && choice.form === '' && choice.group === 'need';
      if (q.value !== choice.q) q.value = choice.q;
      const names = new Map(projects);
      // One that has nobody any more is chosen all the same.
      if (choice.project !== '' && !names.has(choice.project)) names.set(choice.project, choice.project);
      const wanted = JSON.stringify([...names]);
      if (wanted !== options) {
        options = wanted;
        project.replaceChildren(
          el('option', { value: '' }, 'All projects'),
          ...[...names].map(([value, name]) => el('option', { value }, name)),
        );
      }
      project.value = choice.project;
      state.value = choice.state;
      group.draw(choice.group);
      form.draw(drawnForm);
      clear.hidden = !filtered;
      setText(many, filtered ? `${shown} of ${all} shown` : '');
    },
  };
}
