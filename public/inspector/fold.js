// A long text, folded: its beginning, and a button for the rest.
import { el } from '../design/dom.js';
import { count } from '../design/format.js';
import { cut, visible } from '../design/text.js';

const FOLDED = { characters: 1200, lines: 14 };
/** Most characters of one text that are ever put on the page; copying gives all of it. */
const MOST = 200_000;

/** Where a text is cut when it is folded; its length when it need not be. */
export function foldAt(text) {
  let at = -1;
  for (let lines = 0; lines < FOLDED.lines; lines++) {
    at = text.indexOf('\n', at + 1);
    if (at < 0) break;
  }
  const byLines = at < 0 ? text.length : at;
  const where = Math.min(byLines, FOLDED.characters);
  // A rest of a few characters is not worth a button.
  return text.length - where < 80 && byLines === text.length ? text.length : where;
}

/** The text in a block of its own; `tint` makes nodes of it. */
export function folded(text, tint = whole => [visible(whole)]) {
  const at = foldAt(text);
  const block = el('pre.block.data', {}, tint(cut(text, at)));
  if (at >= text.length) return block;
  const button = el('button.button.quiet.unfold', { type: 'button', 'aria-expanded': 'false' });
  const label = open => (open ? 'Show less' : `Show all ${count(text.length)} characters`);
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
