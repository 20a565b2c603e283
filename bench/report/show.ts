// Figures as people read them.
import { median } from '../support/numbers.ts';
import type { Run } from './report.ts';
import { type Figure, isReached, ratios } from './row.ts';

/** Three digits; a dash for what is no number. */
export const number = (value: number): string =>
  Number.isFinite(value) ? value.toLocaleString('en', { maximumSignificantDigits: 3 }) : '–';

const withUnit = (text: string, unit: string): string => (unit === '' ? text : `${text} ${unit}`);

/** The median, and between what the values were. */
function spread(values: readonly number[], unit = ''): string {
  const middle = withUnit(number(median(values)), unit);
  const [least, most] = [number(Math.min(...values)), number(Math.max(...values))];
  return least === most ? middle : `${middle} (${least}–${most})`;
}

export const value = ({ values, unit }: Figure): string => withUnit(number(median(values)), unit);
export const control = (row: Figure): string =>
  row.control ? withUnit(number(median(row.control.values)), row.unit) : '–';
export const ratio = (row: Figure): string => (row.control ? number(median(ratios(row))) : '–');

function aim(row: Figure): string {
  if (!row.aim) return '';
  const { of, is, limit } = row.aim;
  const wanted = `${is === 'at most' ? '≤' : '≥'} ${of === 'ratio' ? `${limit} ×` : withUnit(number(limit), row.unit)}`;
  return `${wanted}, ${isReached(row) ? 'reached' : 'missed'}`;
}

/** What it is, hookline, the control, the ratio and the aim. */
export const cells = (row: Figure): [string, string, string, string, string] => [
  row.what,
  spread(row.values, row.unit),
  row.control ? `${spread(row.control.values, row.unit)}, ${row.control.what}` : '',
  row.control ? `${spread(ratios(row))} ×` : '',
  aim(row),
];

export function machine({ machine: { cpu, cores, system, node, claudeCode } }: Run): string {
  const client = claudeCode === undefined ? '' : `, Claude Code ${claudeCode}`;
  return `${cpu} with ${cores} ${cores === 1 ? 'core' : 'cores'}, ${system}, Node ${node}${client}`;
}

/** Other things to do than the benchmarks had it when they began. */
export const isBusy = ({ busyCores, load = 0, machine: { cores } }: Run): boolean =>
  (busyCores ?? load) > cores / 4;

export const measuredOn = (run: Run): string =>
  `on ${run.date.slice(0, 10)} on ${machine(run)}${isBusy(run) ? ', **which was busy with other things**' : ''}`;
