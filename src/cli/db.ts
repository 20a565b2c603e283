// `hookline db`: looks after the log: what is in it, its size, and taking it elsewhere.
import type { Command } from 'commander';
import { nearest } from '../config/index.ts';
import { examples } from './command.ts';
import { addExport } from './db/export.ts';
import { addImport } from './db/import.ts';
import { addStats } from './db/stats.ts';
import { addVacuum } from './db/vacuum.ts';
import { UsageError } from './failure.ts';
import type { Terminal } from './terminal.ts';

const CARE = [addStats, addVacuum, addExport, addImport];

export function addDb(program: Command, terminal: Terminal): void {
  const command = program
    .command('db')
    .summary('Look after the log: statistics, size, export, import.')
    .description(
      'Look after the log, with the daemon running or stopped: what is in it, the space it takes, and taking it elsewhere.',
    )
    .argument('[what]', 'stats, vacuum, export or import.')
    .action((what: string | undefined) => {
      const known = command.commands.map(one => one.name());
      const guess = what === undefined ? undefined : nearest(what, known);
      const meant = guess === undefined ? '' : `; did you mean ${guess}?`;
      const said = what === undefined ? 'say what to do' : `there is no db ${JSON.stringify(what)}${meant}`;
      throw new UsageError(`${said} (${known.join(', ')})`);
    });
  for (const add of CARE) add(command, terminal);
  examples(command, [
    ['hookline db stats', 'what is in the log'],
    ['hookline db export > log.ndjson', 'all of it, a line an event'],
  ]);
}
