// What was used as tables: a row for each model, project or session, with a bar that shows its part.
import { el } from '../design/dom.ts';
import { money, short } from '../design/format.ts';
import { measure, tokensOf, total } from './sums.js';

/** What is measured comes first: on a phone the others are out of sight. */
const HEADS = { cost: ['Cost', 'Tokens'], tokens: ['Tokens', 'Cost'] };
const PARTS = ['Input', 'Output', 'Cache read', 'Cache written'];

/**
 * A table of `{ label, rows, hue? }`, in the order given.
 *
 * @param label a node or text that names the row; `hue` is the number of its colour in the chart
 */
export function usageTable(title, first, entries, by) {
  const most = Math.max(
    ...entries.map(({ rows }) => rows.reduce((sum, row) => sum + measure(row, by), 0)),
    1e-9,
  );
  return el(
    'section.panel.usage-table',
    {},
    el('h2', {}, title),
    el(
      'div.wide-table',
      { tabindex: 0, role: 'region', 'aria-label': title },
      el(
        'table',
        {},
        el(
          'thead',
          {},
          el(
            'tr',
            {},
            [first, ...HEADS[by], ...PARTS].map(head => el('th', { scope: 'col' }, head)),
          ),
        ),
        el(
          'tbody',
          {},
          entries.map(entry => row(entry, by, most)),
        ),
      ),
    ),
  );
}

function row({ label, rows, hue }, by, most) {
  const sum = total(rows);
  const part = svgBar(by === 'cost' ? sum.costUsd : tokensOf(sum), most);
  const cost = sum.costUsd > 0 || sum.unpriced === 0 ? money(sum.costUsd) : '–';
  const tokens = short(tokensOf(sum));
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, hue === undefined ? undefined : el(`span.swatch.hue-${hue}`), label, part),
    (by === 'cost' ? [cost, tokens] : [tokens, cost]).map(words => el('td.measure', {}, words)),
    [sum.input, sum.output, sum.cacheRead, sum.cacheCreation].map(value => el('td', {}, short(value))),
  );
}

/** A bar under the name; a picture of a number that stands in the row. */
function svgBar(value, most) {
  const bar = el('span.part', { 'aria-hidden': 'true' });
  bar.style.width = `${Math.max(0, Math.min(1, value / most)) * 100}%`;
  return bar;
}
