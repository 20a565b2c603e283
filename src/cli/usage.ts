// `hookline usage`: tokens and cost, today, this week and in all, or by whatever one wants to know it of.
import { type Command, Option } from 'commander';
import { type DayUsage, sumOfUses } from '../protocol/index.ts';
import { type Api, connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { UsageError } from './failure.ts';
import { SessionsAnswer } from './sessions.ts';
import { findSession } from './show/find.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';
import { budgetsNow, budgetTable } from './usage/budgets.ts';
import { GROUPS, type Group, OF_A_SESSION } from './usage/line.ts';
import { type Period, type Range, rangeOf, rangeTyped, thisWeek, today } from './usage/period.ts';
import { ByDay, burnLines, group, linesBy, within } from './usage/report.ts';
import { named, usageTable } from './usage/tables.ts';
import { MOMENT } from './when.ts';

interface Options {
  readonly day?: true;
  readonly week?: true;
  readonly since?: string;
  readonly until?: string;
  readonly by?: Group;
  readonly session?: string;
  readonly json?: true;
}

export function addUsage(program: Command, terminal: Terminal): void {
  const command = program
    .command('usage')
    .summary('Tell what was used: tokens and cost.')
    .description(
      "Tell what was used: tokens, and the cost as Claude Code itself reports it when a session ends; until then an estimate from a price list, marked with ~. What is read from the cache is no work, and stands apart. Without options: today, this week and in all, this week's projects, and the budgets.",
    )
    .option('--day', 'Only today.')
    .option('--week', 'Only this week, from Monday on.')
    .option(`--since ${MOMENT}`, 'Only what was used from then on, to the quarter of an hour.')
    .option(`--until ${MOMENT}`, 'Only what was used before; of a day, all of it.')
    .addOption(new Option('--by <what>', 'What to add it up by.').choices([...GROUPS]))
    .option(
      '--session <session>',
      'Whose prompts or subagents: the beginning of its id, or its name. (default: the session heard of last)',
    )
    .option('--json', 'Print one JSON object on stdout.')
    .action(async (options: Options) => {
      const now = Date.now();
      const { by, range, period } = askedFor(options, now);
      const api = await connectApi(configOf(command, terminal).home);
      const lines =
        by === undefined
          ? await overview(api, options, now, terminal)
          : await report(api, { by, range, period, now, options }, terminal);
      if (lines.length === 0)
        return terminal.say(
          by === undefined
            ? 'Nothing was used yet; open Claude Code and it shows up here.'
            : 'Nothing of that was used, as far as the log knows.\nWithout options, usage tells of all there is.',
        );
      for (const line of lines) await terminal.print(line);
      if (!options.json && lines.some(line => line.includes('~$')))
        terminal.say('~ is an estimate from list prices, until Claude Code tells its own figure.');
    });
  examples(command, [
    ['hookline usage --since 7d --by session', 'what each session of the last seven days has used'],
    ['hookline usage --day --by block', 'windows of five hours, and how fast the last one burns'],
  ]);
}

interface Asked {
  /** Undefined: the overview. */
  readonly by: Group | undefined;
  readonly range: Range;
  readonly period: Period;
}

/** @throws UsageError */
function askedFor({ day, week, since, until, by, session }: Options, now: number): Asked {
  if (day && week) throw new UsageError('--day and --week exclude each other');
  const spanned = since !== undefined || until !== undefined;
  if ((day || week) && spanned)
    throw new UsageError(`--${day ? 'day' : 'week'} and --since or --until exclude each other`);
  const period = day ? today(now) : week ? thisWeek(now) : {};
  const range = spanned ? rangeTyped(since, until, now) : rangeOf(period);
  const usual = week || spanned ? 'day' : day ? 'project' : undefined;
  const what = by ?? (session === undefined ? usual : 'prompt');
  if (!OF_A_SESSION.some(one => one === what)) {
    if (session === undefined) return { by: what, range, period };
    throw new UsageError(`--session goes with --by ${OF_A_SESSION.join(' or --by ')}`);
  }
  if (!day && !week && !spanned) return { by: what, range, period };
  throw new UsageError(
    `--by ${what} is about all of a session: leave out --day, --week, --since and --until`,
  );
}

async function overview(api: Api, { json }: Options, now: number, terminal: Terminal): Promise<string[]> {
  // Whose day it is: the user's, wherever the daemon may run.
  const zone = encodeURIComponent(new Intl.DateTimeFormat().resolvedOptions().timeZone);
  const { rows } = await api.get(`/api/usage?by=day&zone=${zone}`, ByDay);
  const budgets = await budgetsNow(api);
  const week = within(rows, thisWeek(now));
  const of = (some: readonly DayUsage[]) => sumOfUses(some);
  const totals = { today: of(within(rows, today(now))), week: of(week), all: of(rows) };
  const projects = group(week, 'project');
  if (json) return [jsonLine({ ...totals, projects: projects.map(({ json: row }) => row), budgets })];
  if (rows.length === 0) return budgetTable(budgets, terminal).slice(1);
  const sums = [
    { key: 'today', used: totals.today },
    { key: 'this week', used: totals.week },
    { key: 'in all', used: totals.all },
  ];
  const ofWeek =
    projects.length === 0 ? [] : ['', ...usageTable('THIS WEEK', named(projects, 'project'), [], terminal)];
  return [...usageTable('', sums, [], terminal), ...ofWeek, ...budgetTable(budgets, terminal)];
}

interface Report extends Asked {
  readonly by: Group;
  readonly now: number;
  readonly options: Options;
}

async function report(
  api: Api,
  { by, range, period, now, options }: Report,
  terminal: Terminal,
): Promise<string[]> {
  const sessionId = OF_A_SESSION.some(one => one === by) ? await session(api, options.session) : undefined;
  const lines = await linesBy(by, api, range, sessionId);
  const used = sumOfUses(lines.map(line => line.used));
  if (options.json) {
    const about = sessionId === undefined ? { ...period, ...range } : { sessionId };
    return [jsonLine({ ...about, by, rows: lines.map(line => line.json ?? line.used), total: used })];
  }
  if (lines.length === 0) return [];
  const table = usageTable(by.toUpperCase(), named(lines, by), [{ key: 'in all', used }], terminal);
  return by === 'block' ? [...table, ...burnLines(lines, now)] : table;
}

async function session(api: Api, typed: string | undefined): Promise<string> {
  const { sessions } = await api.get('/api/sessions', SessionsAnswer);
  return findSession(typed, sessions, api);
}
