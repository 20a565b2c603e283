// The saved views of the feed: opened, given another name, deleted; and what is shown now is saved.
import { el } from '../design/dom.ts';
import { showModal } from '../keys/modal.ts';
import { deleteView, hrefOf, renameView, type SavedView, savedViews, saveView } from './saved-views.ts';

/**
 * Shows them.
 *
 * @param query the view that is shown now
 * @param changed called when something was saved, renamed or deleted
 */
export function showViews(query: string, changed: () => void): void {
  const name = el('input.field', {
    name: 'name',
    'aria-label': 'Name of the view',
    placeholder: 'Name of what is shown now',
    maxlength: 60,
    required: true,
    autocomplete: 'off',
  });
  const list = el('ul.views-list');
  const none = el('p.soft', {}, 'None is saved yet.');
  const form = el(
    'form.views-form',
    { onsubmit: save },
    name,
    el('button.button', { type: 'submit' }, 'Save'),
  );

  function save(event: Event): void {
    event.preventDefault();
    const given = name.value.trim();
    if (given === '') return;
    saveView({ name: given, query });
    name.value = '';
    draw();
  }

  function draw(): void {
    const views = savedViews();
    list.replaceChildren(...views.map(item));
    none.hidden = views.length > 0;
    changed();
  }

  function item(view: SavedView): HTMLElement {
    const link = el('a.one-line', { href: hrefOf(view), onclick: () => dialog.close() }, view.name);
    if (view.query === query) link.setAttribute('aria-current', 'true');
    const button = (word: string, run: () => void): HTMLElement =>
      el('button.button.quiet', { type: 'button', 'aria-label': `${word} ${view.name}`, onclick: run }, word);
    const node = el('li', {}, link);
    node.append(
      button('Rename', () => node.replaceChildren(renaming(view))),
      button('Delete', () => {
        deleteView(view.name);
        draw();
        name.focus();
      }),
    );
    return node;
  }

  function renaming(view: SavedView): HTMLElement {
    const field = el('input.field', {
      value: view.name,
      'aria-label': `New name of ${view.name}`,
      maxlength: 60,
      required: true,
    });
    queueMicrotask(() => field.select());
    return el(
      'form.views-form',
      {
        onsubmit: (event: Event) => {
          event.preventDefault();
          if (field.value.trim() !== '') renameView(view.name, field.value.trim());
          draw();
          name.focus();
        },
      },
      field,
      el('button.button', { type: 'submit' }, 'Rename'),
    );
  }

  const dialog = showModal(
    'views',
    'Saved views',
    el('h2', {}, 'Saved views'),
    el(
      'p.small.soft',
      {},
      'Filter and time, under a name, kept in this browser. To take one elsewhere, copy its link.',
    ),
    none,
    list,
    form,
  );
  draw();
}
