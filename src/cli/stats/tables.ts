// Draws what was done as tables: tools, hours, errors, projects and weekdays.
import type { Stats } from '../../protocol/index.ts';
import { cost, count } from '../text/amount.ts';
import { folderName } from '../text/labels.ts';
import { plainShort } from '../text/plain.ts';
import { type Cell, table, tableWidth } from '../text/table.ts';
import { elapsed } from '../text/time.ts';
import { cutTo } from '../text/width.ts';
import type { TableStyle } from '../usage/tables.ts';

/** Rows of a table; there may be many tools and projects. */
const ROWS = 20;
/** Characters of a name that comes from outside. */
const NAME = 40;
/** As ISO 8601 counts them, from 1. */
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
/** Columns that an hour of two takes in all. */
const ROOMY = 59;
/** From nothing to most. */
const SHADES = ' ░▒▓█';
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** All of it, as lines; none when nothing was done. */
export function statsLines(stats: Stats, style: TableStyle): string[] {
  const parts = [
    toolTable(stats, style),
    hourMap(stats, style),
    errorTable(stats, style),
    costs(stats, style),
  ];
  return parts.filter(lines => lines.length > 0).flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));
}

function toolTable({ tools }: Stats, style: TableStyle): string[] {
  const time = (ms: number | undefined): string => (ms === undefined ? '-' : elapsed(ms));
  const rows = tools
    .slice(0, ROWS)
    .map(({ tool, calls, failed, failureRate, fastestMs, medianMs, slowestMs }) => [
      tool || '(unknown)',
      ...[count(calls), count(failed), percent(failureRate)],
      ...[fastestMs, medianMs, slowestMs].map(time),
    ]);
  return headed(
    ['TOOL', 'CALLS', 'FAILED', 'RATE', 'FASTEST', 'MEDIAN', 'SLOWEST'],
    rows,
    tools.length,
    style,
  );
}

/** When something was done: a line for each day of the week, a mark for each hour of it. */
function hourMap({ hours }: Stats, { colors, columns = Number.POSITIVE_INFINITY }: TableStyle): string[] {
  if (hours.length === 0) return [];
  const wide = columns < ROOMY ? 1 : 2;
  const sums = WEEKDAYS.map(() => HOURS.map(() => 0));
  for (const { day, hour, calls, prompts } of hours) {
    const week = sums[(new Date(`${day}T12:00Z`).getUTCDay() + 6) % 7];
    if (week) week[hour] = (week[hour] ?? 0) + calls + prompts;
  }
  const most = Math.max(...sums.flat());
  const mark = (value: number): string =>
    (SHADES[value === 0 ? 0 : Math.ceil((value / most) * (SHADES.length - 1))] ?? ' ').repeat(wide);
  const scale = HOURS.map(hour => (hour % 6 === 0 ? String(hour).padEnd(6 * wide) : '')).join('');
  return table([
    [
      { text: 'HOUR', paint: colors.dim },
      { text: scale.trimEnd(), paint: colors.dim },
    ],
    ...sums.map((week, at) => [{ text: WEEKDAYS[at] ?? '' }, { text: week.map(mark).join('').trimEnd() }]),
  ]);
}

function errorTable({ errors }: Stats, style: TableStyle): string[] {
  const rows = errors
    .slice(0, ROWS)
    .map(({ event, kind, count: times }) => [`${event} ${kind || '(unknown)'}`, count(times)]);
  return headed(['ERROR', 'TIMES'], rows, errors.length, style);
}

function costs({ projects, weekdays }: Stats, style: TableStyle): string[] {
  const byProject = projects
    .slice(0, ROWS)
    .map(use => [folderName(use.project ?? '') || '(unknown)', cost(use)]);
  const byDay = weekdays.map(use => [WEEKDAYS[use.weekday - 1] ?? '', cost(use)]);
  const first = headed(['PROJECT', 'COST'], byProject, projects.length, style);
  return first.length === 0 ? [] : [...first, '', ...headed(['WEEKDAY', 'COST'], byDay, byDay.length, style)];
}

/** Names on the left, cut where there is no room for them, numbers on the right; nothing without rows. */
function headed(
  head: readonly string[],
  rows: readonly string[][],
  all: number,
  style: TableStyle,
): string[] {
  const { colors, columns = Number.POSITIVE_INFINITY } = style;
  if (rows.length === 0) return [];
  const numbers = (texts: readonly string[], paint?: Cell['paint']): Cell[] =>
    texts.slice(1).map(text => ({ text, right: true, ...(paint && { paint }) }));
  const room = Math.max(
    1,
    Math.min(NAME, columns - tableWidth([head, ...rows].map(row => numbers(row))) - 2),
  );
  const more = all > rows.length ? [colors.dim(`and ${count(all - rows.length)} more`)] : [];
  return [
    ...table([
      [{ text: cutTo(head[0] ?? '', room), paint: colors.dim }, ...numbers(head, colors.dim)],
      ...rows.map(row => [{ text: plainShort(row[0] ?? '', room) }, ...numbers(row)]),
    ]),
    ...more,
  ];
}

function percent(share: number): string {
  const value = 100 * share;
  return `${value === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} %`;
}
