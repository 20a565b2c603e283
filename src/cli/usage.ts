// `hookline usage`: tokens and cost, today, this week and in all, by project, model, session or day.
import { type Command, Option } from 'commander';
import { costOf, type DayUsage, type UsageTotals, workOf } from '../protocol/index.ts';
import { type Api, connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { UsageError } from './failure.ts';
import type { Terminal } from './terminal.ts';
import { cost, tokens } from './text/amount.ts';
import { folderName, SHORT_ID } from './text/labels.ts';
import { jsonLine } from './text/plain.ts';
import {
  ByBlock,
  ByDay,
  BySession,
  dayOf,
  dearestFirst,
  GROUPS,
  type Group,
  group,
  type Line,
  type Period,
  thisWeek,
  today,
  total,
  within,
} from './usage/report.ts';
import { named, usageTable } from './usage/tables.ts';

interface Options {
  readonly day?: true;
  readonly week?: true;
  readonly by?: Group;
  readonly json?: true;
}

export function addUsage(program: Command, terminal: Terminal): void {
  const command = program
    .command('usage')
    .summary('Tell what was used: tokens and cost.')
    .description(
      "Tell what was used: tokens, and the cost as Claude Code itself reports it when a session ends; until then an estimate from a price list, marked with ~. Without options: today, this week and in all, and this week's projects.",
    )
    .option('--day', 'Only today.')
    .option('--week', 'Only this week, from Monday on.')
    .addOption(new Option('--by <what>', 'What to add it up by.').choices([...GROUPS]))
    .option('--json', 'Print one JSON object on stdout.')
    .action(async (options: Options) => {
      if (options.day && options.week) throw new UsageError('--day and --week exclude each other');
      const api = await connectApi(configOf(command, terminal).home);
      // Whose day it is: the user's, wherever the daemon may run.
      const zone = encodeURIComponent(new Intl.DateTimeFormat().resolvedOptions().timeZone);
      const { rows } = await api.get(`/api/usage?by=day&zone=${zone}`, ByDay);
      const asked = options.day ?? options.week ?? options.by;
      const lines =
        asked === undefined ? overview(rows, options, terminal) : await report(rows, options, api, terminal);
      if (rows.length === 0 && !options.json)
        return terminal.say('Nothing was used yet; open Claude Code and it shows up here.');
      for (const line of lines) await terminal.print(line);
      if (!options.json && lines.some(line => line.includes('~$')))
        terminal.say('~ is an estimate from list prices, until Claude Code tells its own figure.');
    });
  examples(command, [
    ['hookline usage', 'today, this week, in all'],
    ['hookline usage --day --by block', 'windows of five hours, and how fast the last one burns'],
  ]);
}

function overview(rows: readonly DayUsage[], { json }: Options, terminal: Terminal): string[] {
  const now = Date.now();
  const week = within(rows, thisWeek(now));
  const totals = { today: total(within(rows, today(now))), week: total(week), all: total(rows) };
  const projects = group(week, 'project');
  if (json) return [jsonLine({ ...totals, projects: projects.map(flat('project')) })];
  const sums = [
    { key: 'today', used: totals.today },
    { key: 'this week', used: totals.week },
    { key: 'in all', used: totals.all },
  ];
  const table = usageTable('', sums, [], terminal);
  if (projects.length === 0) return table;
  return [...table, '', ...usageTable('THIS WEEK', named(projects, 'project'), [], terminal)];
}

async function report(
  rows: readonly DayUsage[],
  { day, week, by = week ? 'day' : 'project', json }: Options,
  api: Api,
  terminal: Terminal,
): Promise<string[]> {
  const now = Date.now();
  const period = day ? today(now) : week ? thisWeek(now) : {};
  const lines =
    by === 'session'
      ? await sessions(api, period)
      : by === 'block'
        ? await blocks(api, period)
        : group(within(rows, period), by);
  const used = total(lines.map(line => line.used));
  if (json) return [jsonLine({ ...period, by, rows: lines.map(flat(by)), total: used })];
  return usageTable(by.toUpperCase(), named(lines, by), [{ key: 'in all', used }], terminal);
}

/** Sessions are kept whole: those that used anything in the period, with all they ever used. */
async function sessions(api: Api, { from = '', to = '9999' }: Period): Promise<Line[]> {
  const { rows } = await api.get('/api/usage?by=session', BySession);
  const lines = rows
    .filter(({ usedAt }) => dayOf(new Date(usedAt)) >= from && dayOf(new Date(usedAt)) <= to)
    .map(row => ({
      key: row.name ?? folderName(row.project),
      id: row.sessionId.slice(0, SHORT_ID),
      used: row,
    }));
  return dearestFirst(lines);
}

/** Windows of five hours that began in the period; the last one with how fast it burns while it lasts. */
async function blocks(api: Api, { from = '', to = '9999' }: Period): Promise<Line[]> {
  const { rows } = await api.get('/api/usage?by=block', ByBlock);
  return rows
    .filter(({ startsAt }) => dayOf(new Date(startsAt)) >= from && dayOf(new Date(startsAt)) <= to)
    .map(row => {
      const hours = (Math.min(row.usedUntil, Date.now()) - row.usedFrom) / 3600_000;
      const rate = row.endsAt > Date.now() && hours > 0 ? ` (${perHour(row, hours)})` : '';
      return { key: `${clock(row.startsAt)}–${clock(row.endsAt).slice(-5)}${rate}`, used: row };
    });
}

/** `~$3.20/h`, or tokens when nobody knows the price. */
function perHour(used: UsageTotals, hours: number): string {
  const usd = costOf(used);
  if (usd === undefined) return `${tokens(Math.round(workOf(used) / hours))} tokens/h`;
  return `${cost({ ...used, [used.costEstimateUsd === undefined ? 'costUsd' : 'costEstimateUsd']: usd / hours })}/h`;
}

/** `2026-11-20 15:00`, where this runs. */
function clock(at: number): string {
  const time = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${dayOf(time)} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** A line as JSON has it. */
const flat =
  (by: Group) =>
  (line: Line): object =>
    by === 'session' || by === 'block' ? line.used : { [by]: line.key, ...line.used };
