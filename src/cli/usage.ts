// `hookline usage`: tokens and cost, today, this week and in all, by project, model, session or day.
import { type Command, Option } from 'commander';
import type { DayUsage } from '../protocol/index.ts';
import { type Api, connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { UsageError } from './failure.ts';
import type { Terminal } from './terminal.ts';
import { folderName, SHORT_ID } from './text/labels.ts';
import { jsonLine } from './text/plain.ts';
import {
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
    ['hookline usage --week --by model', 'which models this week went to'],
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
  const lines = by === 'session' ? await sessions(api, period) : group(within(rows, period), by);
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

/** A line as JSON has it. */
const flat =
  (by: Group) =>
  (line: Line): object =>
    by === 'session' ? line.used : { [by]: line.key, ...line.used };
