// `hookline stats`: what was done in all sessions: tools, hours of the day, errors, and cost by project and weekday.
import type { Command } from 'commander';
import { z } from 'zod';
import { Stats } from '../protocol/index.ts';
import { connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { statsLines } from './stats/tables.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';
import { rangeTyped } from './usage/period.ts';
import { MOMENT } from './when.ts';

interface Options {
  readonly since?: string;
  readonly until?: string;
  readonly project?: string;
  readonly tool?: string;
  readonly json?: true;
}

const Answer = Stats.extend({ type: z.literal('stats') });

export function addStats(program: Command, terminal: Terminal): void {
  const command = program
    .command('stats')
    .summary('Tell what was done: tools, hours, errors, cost by project.')
    .description(
      'Tell what was done in all sessions: the tools by calls, how often they fail and how long they take; the hours of the day; errors by kind; cost by project and by day of the week. It is known for 400 days, also when the events are gone. The median is right to 2.5 %.',
    )
    .option(`--since ${MOMENT}`, 'Only what was done from then on, to the quarter of an hour.')
    .option(`--until ${MOMENT}`, 'Only what was done before; of a day, all of it.')
    .option('--project <folder>', 'Only sessions that were started in a folder: its path, or its own name.')
    .option('--tool <name>', 'Only calls of this tool; cost is told of all.')
    .option('--json', 'Print one JSON object on stdout, as /api/stats answers it.')
    .action(async ({ since, until, project, tool, json }: Options) => {
      const now = Date.now();
      const range = rangeTyped(since, until, now);
      // Whose day it is: the user's, wherever the daemon may run.
      const query = new URLSearchParams({ zone: new Intl.DateTimeFormat().resolvedOptions().timeZone });
      for (const [name, at] of Object.entries(range)) query.set(name, String(Math.max(0, Math.floor(at))));
      if (project !== undefined) query.set('project', project);
      if (tool !== undefined) query.set('tool', tool);
      const api = await connectApi(configOf(command, terminal).home);
      const stats = await api.get(`/api/stats?${query}`, Answer);
      if (json) return terminal.print(jsonLine(stats));
      const lines = statsLines(stats, terminal);
      if (lines.length === 0)
        return terminal.say(
          stats.countsFrom === undefined
            ? 'Nothing was done yet; open Claude Code and it shows up here.'
            : 'Nothing of that was done, as far as is known.\nWithout options, stats tells of all there is.',
        );
      for (const line of lines) await terminal.print(line);
    });
  examples(command, [
    ['hookline stats --since 7d', 'the last seven days'],
    ['hookline stats --project shop --tool Bash --json', 'one tool in one project, for programs'],
  ]);
}
