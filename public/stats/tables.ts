// Tools and errors as tables.
import type { ErrorStats, ToolStats } from '../../src/protocol/index.ts';
import { type Child, el } from '../design/dom.ts';
import { count, duration } from '../design/format.ts';
import { columns, tablePanel } from '../design/table-panel.ts';
import { line } from '../design/text.ts';

/** The columns of the tools, by what they are sorted by. */
const COLUMNS = {
  tool: 'Tool',
  calls: 'Calls',
  failed: 'Failed',
  rate: 'Failure rate',
  fastest: 'Fastest',
  median: 'Median',
  slowest: 'Slowest',
} as const;
export type Sort = keyof typeof COLUMNS;

/** What an address asks for. */
export const sortOf = (asked: string): Sort => (Object.hasOwn(COLUMNS, asked) ? (asked as Sort) : 'calls');

/** Names from A to Z, numbers with the largest first; those that nobody knows come last. */
export function sorted(tools: readonly ToolStats[], by: Sort): ToolStats[] {
  const value = ({ calls, failed, failureRate, fastestMs, medianMs, slowestMs }: ToolStats): number => {
    const values = {
      calls,
      failed,
      rate: failureRate,
      fastest: fastestMs,
      median: medianMs,
      slowest: slowestMs,
    };
    return by === 'tool' ? 0 : (values[by] ?? -1);
  };
  return tools.toSorted((a, b) => value(b) - value(a) || (a.tool < b.tool ? -1 : 1));
}

/** @param choose sorts by another column */
export function toolTable(tools: readonly ToolStats[], by: Sort, choose: (by: Sort) => void): HTMLElement {
  const time = (ms: number | undefined): string => (ms === undefined ? '–' : duration(ms));
  const head = (name: Sort): HTMLElement =>
    el(
      'th',
      { scope: 'col', 'aria-sort': name !== by ? undefined : name === 'tool' ? 'ascending' : 'descending' },
      el('button.sort', { type: 'button', 'data-sort': name, onclick: () => choose(name) }, COLUMNS[name]),
    );
  return tableOf(
    'Tools',
    (Object.keys(COLUMNS) as Sort[]).map(head),
    sorted(tools, by).map(({ tool, calls, failed, failureRate, fastestMs, medianMs, slowestMs }) => [
      el('span.data', {}, line(tool, 60) || 'unknown'),
      ...[count(calls), count(failed), percent(failureRate)],
      ...[fastestMs, medianMs, slowestMs].map(time),
    ]),
  );
}

/** What each kind is called. */
const KINDS: Readonly<Record<ErrorStats['event'], (kind: string) => string>> = {
  'tool.result': kind => (kind === 'failed' ? 'A tool failed' : 'A tool was stopped, or refused by you'),
  'permission.denied': () => 'Auto mode refused a tool',
  'turn.failed': kind => `The turn failed: ${line(kind, 60) || 'unknown'}`,
};

export function errorTable(errors: readonly ErrorStats[]): HTMLElement {
  return tableOf(
    'Errors by kind',
    columns(['Kind', 'Event', 'Times']),
    errors.map(({ event, kind, count: times }) => [
      KINDS[event](kind),
      el('span.data.faint', {}, event),
      count(times),
    ]),
  );
}

function tableOf(title: string, heads: readonly Child[], rows: readonly (readonly Child[])[]): HTMLElement {
  return tablePanel(
    title,
    heads,
    rows.map(([name, ...values]) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, name),
        values.map(value => el('td', {}, value)),
      ),
    ),
  );
}

function percent(share: number): string {
  const value = 100 * share;
  return `${value === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} %`;
}
