// A long text, folded: its beginning, and a button for the rest.
import { el } from './dom.ts';
import { count, plural } from './format.ts';
import { cut, visible } from './text.ts';

/** What of a text is shown at first, at most. */
const CHARACTERS = 1200;
const LINES = 14;
/** Most characters of one text that are ever put on the page; copying gives all of it. */
const MOST = 200_000;

/** Where a text is cut when it is folded after so many lines; its length when it need not be. */
export function foldAt(text: string, most = LINES): number {
  let at = -1;
  for (let lines = 0; lines < most; lines++) {
    at = text.indexOf('\n', at + 1);
    if (at < 0) break;
  }
  const byLines = at < 0 ? text.length : at;
  const where = Math.min(byLines, CHARACTERS);
  // A rest of a few characters is not worth a button.
  return text.length - where < 80 && byLines === text.length ? text.length : where;
}

/** The text in a block of its own; `tint` makes nodes of it, `lines` is how many are shown at first. */
export function folded(
  text: string,
  tint: (whole: string) => (string | Node)[] = whole => [visible(whole)],
  lines = LINES,
): HTMLElement {
  const at = foldAt(text, lines);
  const block = el('pre.block.data', {}, tint(cut(text, at)));
  if (at >= text.length) return block;
  block.tabIndex = 0;
  const button = el('button.button.quiet.unfold', { type: 'button', 'aria-expanded': 'false' });
  const many = text.replace(/\n$/, '').split('\n').length;
  const all = many > lines ? plural(many, 'line') : plural(text.length, 'character');
  const label = (open: boolean): string => (open ? 'Show less' : `Show all ${all}`);
  button.textContent = label(false);
  button.addEventListener('click', () => {
    const open = button.getAttribute('aria-expanded') === 'false';
    button.setAttribute('aria-expanded', String(open));
    button.textContent = label(open);
    const shown = open ? cut(text, MOST) : cut(text, at);
    const rest =
      open && text.length > MOST ? `\n… ${count(text.length - MOST)} characters more; Copy has them` : '';
    block.replaceChildren(...tint(shown), rest);
  });
  return el('div.folding', {}, block, button);
}
