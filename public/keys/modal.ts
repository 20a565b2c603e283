// A dialog over the page: one at a time, closed by Escape, a press beside it, or another address; the focus goes back to where it was.
import { el } from '../design/dom.ts';

let open: HTMLDialogElement | undefined;

/** Shows a dialog; one that is open already is closed. */
export function showModal(name: string, label: string, ...children: HTMLElement[]): HTMLDialogElement {
  open?.close();
  const dialog = el(`dialog.modal.${name}`, { 'aria-label': label }, children) as HTMLDialogElement;
  const close = (): void => {
    dialog.close();
    putBack();
  };
  const putBack = caretOf(document.activeElement);
  dialog.addEventListener('close', () => {
    dialog.remove();
    putBack();
    removeEventListener('hashchange', close);
    if (open === dialog) open = undefined;
  });
  // At once, so that what is typed next goes where the focus was.
  dialog.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    close();
  });
  // What is pressed beside it is the dialog itself, whose padding is none.
  dialog.addEventListener('click', event => event.target === dialog && close());
  addEventListener('hashchange', close);
  document.body.append(dialog);
  open = dialog;
  dialog.showModal();
  return dialog;
}

/**
 * A field that has the focus again may have no caret (Chromium), and take no letters then: returns what puts it where it was. A browser
 * tells of the end of a dialog only later, when somebody may have typed on: the caret is theirs by then.
 */
function caretOf(field: Element | null): () => void {
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return () => {};
  const { selectionStart: start, selectionEnd: end, value } = field;
  let isBack = false;
  return () => {
    if (isBack || start === null || document.activeElement !== field) return;
    isBack = true;
    if (field.value === value) field.setSelectionRange(start, end);
  };
}
