// A panel with a table that scrolls by itself where it is wider than the screen.
import { type Child, el } from './dom.ts';

/** @param head the cells of its first row @param rows each a `tr` @param kind a class of its own, such as `.heat` */
export function tablePanel(
  title: string,
  head: readonly Child[],
  rows: readonly HTMLElement[],
  kind = '',
): HTMLElement {
  return el(
    `section.panel.usage-table${kind}`,
    {},
    el('h2', {}, title),
    el(
      'div.wide-table',
      { tabindex: 0, role: 'region', 'aria-label': title },
      el('table', {}, el('thead', {}, el('tr', {}, head)), el('tbody', {}, rows)),
    ),
  );
}

/** The heads of columns. */
export const columns = (names: readonly string[]): HTMLElement[] =>
  names.map(name => el('th', { scope: 'col' }, name));
