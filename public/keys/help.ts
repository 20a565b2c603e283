// The keys of the page, all of them, and the switch for those of one character.
import { el } from '../design/dom.ts';
import { icon } from '../design/icons.ts';
import { hasSingleKeys, switchSingleKeys } from '../design/single-keys.ts';
import { isMac } from './listen.ts';
import { showModal } from './modal.ts';
import { type Chapter, chapters } from './table.ts';

const NOTE =
  'Switched off, only Ctrl K, Tab, Enter, Escape and the arrows do anything: for those who speak to their machine, or hit keys by accident. ' +
  'It is kept in this browser.';

export function showHelp(): void {
  const close = el(
    'button.button.quiet.square',
    { type: 'button', 'aria-label': 'Close', title: 'Close (Escape)', onclick: () => dialog.close() },
    icon('close'),
  );
  const single: HTMLInputElement = el('input', {
    type: 'checkbox',
    id: 'single-keys',
    checked: hasSingleKeys(),
    'aria-describedby': 'single-keys-note',
    onchange: () => switchSingleKeys(single.checked),
  });
  const dialog = showModal(
    'key-help',
    'Keys',
    el('header.modal-head', {}, el('h2', {}, 'Keys'), close),
    el(
      'div.key-chapters',
      { tabindex: 0, role: 'region', 'aria-label': 'All keys' },
      chapters(isMac()).map(chapterNode),
    ),
    el(
      'footer.key-switch',
      {},
      el('label', { for: 'single-keys' }, single, ' Keys of one character'),
      el('p.small.soft', { id: 'single-keys-note' }, NOTE),
    ),
  );
}

function chapterNode({ title, rows }: Chapter): HTMLElement {
  return el(
    'section',
    {},
    el('h3', {}, title),
    el(
      'dl',
      {},
      rows.map(({ keys, does }) =>
        el(
          'div',
          {},
          el(
            'dt',
            {},
            keys.flatMap((one, at) => [at > 0 ? ' ' : '', keysNode(one)]),
          ),
          el('dd', {}, does),
        ),
      ),
    ),
  );
}

/** Keys that are pressed one after the other. */
export const keysNode = (keys: readonly string[]): HTMLElement =>
  el(
    'span.keys',
    {},
    keys.flatMap((key, at) => [at > 0 ? ' ' : '', el('kbd', {}, key)]),
  );
