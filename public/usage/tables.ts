// What was used as tables: a row for each model, project or session, with a bar that shows its part.

import type { UsageTotals } from '../../src/protocol/index.ts';
import { workOf } from '../../src/protocol/spent.ts';
import { type Child, el } from '../design/dom.ts';
import { short } from '../design/format.ts';
import { columns, tablePanel } from '../design/table-panel.ts';
import { costWords, type Measure, measure, total } from './sums.ts';

/** What is measured comes first: on a phone the others are out of sight. */
const HEADS = { cost: ['Cost', 'Tokens'], tokens: ['Tokens', 'Cost'] };
const PARTS = ['Input', 'Output', 'Cache written', 'Cache read'];

export interface Entry {
  /** What names the row. */
  readonly label: Child;
  readonly rows: readonly UsageTotals[];
  /** The number of its colour in the chart. */
  readonly hue?: number;
  /** What stands under the last head, where there is one more. */
  readonly last?: string;
}

/** A table of entries in the order given; `first` is the head over their names, and `last` one of a column of its own. */
export function usageTable(
  title: string,
  first: string,
  entries: readonly Entry[],
  by: Measure,
  last?: string,
): HTMLElement {
  const most = Math.max(
    ...entries.map(({ rows }) => rows.reduce((sum, row) => sum + measure(row, by), 0)),
    1e-9,
  );
  return tablePanel(
    title,
    columns([first, ...HEADS[by], ...PARTS, ...(last === undefined ? [] : [last])]),
    entries.map(entry => row(entry, by, most)),
  );
}

function row({ label, rows, hue, last }: Entry, by: Measure, most: number): HTMLElement {
  const sum = total(rows);
  const part = svgBar(by === 'cost' ? sum.cost : workOf(sum), most);
  const cost = sum.cost > 0 || sum.unpriced === 0 ? costWords(sum) : '–';
  const tokens = short(workOf(sum));
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, hue === undefined ? undefined : el(`span.swatch.hue-${hue}`), label, part),
    (by === 'cost' ? [cost, tokens] : [tokens, cost]).map(words => el('td.measure', {}, words)),
    [sum.input, sum.output, sum.cacheCreation, sum.cacheRead].map(value => el('td', {}, short(value))),
    last === undefined ? undefined : el('td', {}, last),
  );
}

/** A bar under the name; a picture of a number that stands in the row. */
function svgBar(value: number, most: number): HTMLElement {
  const bar = el('span.part', { 'aria-hidden': 'true' });
  bar.style.width = `${Math.max(0, Math.min(1, value / most)) * 100}%`;
  return bar;
}
