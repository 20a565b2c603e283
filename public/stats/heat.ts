// When work was done: a table of hours, darker where more was done. Its numbers are in it, for whoever does not see colours.
import type { HourStats } from '../../src/protocol/index.ts';
import { el } from '../design/dom.ts';
import { count, day as dayWords } from '../design/format.ts';
import { tablePanel } from '../design/table-panel.ts';

/** What is counted. */
export type Measure = 'calls' | 'failed' | 'prompts';
/** What a line is. */
export type Lines = 'weekday' | 'day';

export const WEEKDAYS: readonly string[] = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** Days shown one by one, the last ones. */
const DAYS = 31;
/** Shades besides none. */
const SHADES = 4;

/** A line of the table. */
export interface Line {
  readonly name: string;
  /** For each hour. */
  readonly values: readonly number[];
}

/** The day of the week from 0 for Monday. */
const weekday = (day: string): number => (new Date(`${day}T12:00Z`).getUTCDay() + 6) % 7;

/** Sums of hours, by the days of the week, or by the last days in which anything was done. */
export function linesOf(hours: readonly HourStats[], lines: Lines, by: Measure): Line[] {
  const days = [...new Set(hours.map(({ day }) => day))].slice(-DAYS);
  const names =
    lines === 'weekday' ? WEEKDAYS : days.map(day => dayWords(new Date(`${day}T12:00`).getTime()));
  const sums = names.map(name => ({ name, values: HOURS.map(() => 0) }));
  for (const one of hours) {
    const values = sums[lines === 'weekday' ? weekday(one.day) : days.indexOf(one.day)]?.values;
    if (values) values[one.hour] = (values[one.hour] ?? 0) + one[by];
  }
  return sums;
}

/** @param words what is counted, such as `tool calls` */
export function heatMap(lines: readonly Line[], words: string): HTMLElement {
  const most = Math.max(1, ...lines.flatMap(({ values }) => values));
  const title = `When: ${words} by hour`;
  const heads = HOURS.map(hour =>
    el('th', { scope: 'col' }, el(hour % 3 === 0 ? 'span' : 'span.unseen', {}, String(hour))),
  );
  const rows = lines.map(({ name, values }) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, name),
      values.map((value, hour) =>
        el(
          'td',
          {
            // By its root: one hour of much work leaves the others to be seen.
            'data-shade': Math.ceil(Math.sqrt(value / most) * SHADES),
            title: `${name}, ${hour}:00: ${count(value)} ${words}`,
          },
          el('span.unseen', {}, count(value)),
        ),
      ),
    ),
  );
  return tablePanel(title, [el('td', {}), ...heads], rows, '.heat');
}
