// `hookline db vacuum`: gives space that is free back to the disk.
import type { Command } from 'commander';
import { z } from 'zod';
import { connectApi } from '../api.ts';
import { configOf, examples } from '../command.ts';
import { selfCommand } from '../invocation.ts';
import type { Terminal } from '../terminal.ts';
import { size } from '../text/amount.ts';
import { jsonLine } from '../text/plain.ts';
import { isRunning, onFile } from './file.ts';

const Answer = z.object({ before: z.number().optional(), after: z.number().optional() });

/** Milliseconds a daemon may take: it works in small steps, between its other duties. */
const VACUUM_MS = 600_000;

export function addVacuum(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('vacuum')
    .summary('Give free space back to the disk.')
    .description(
      'Give free space back to the disk. A running daemon does it in small steps that delay no hook.\nWith the daemon stopped the file is written anew, which gains more, and needs as much room again meanwhile.',
    )
    .option('--json', 'Print {"before", "after", "full"} on stdout; the sizes are in bytes.')
    .action(async (options: { json?: true }) => {
      const { home } = configOf(command, terminal);
      const running = await isRunning(home);
      const { before, after } = running
        ? await (await connectApi(home)).post('/api/db/vacuum', Answer, VACUUM_MS)
        : await onFile(home, ({ vacuumFile }, file) => vacuumFile(file));
      if (options.json) return terminal.print(jsonLine({ before, after, full: !running }));
      if (before === undefined || after === undefined)
        return terminal.say('The log is in memory; there is no file to make smaller.');
      terminal.say(`${size(before)} before, ${size(after)} after.`);
      const self = selfCommand();
      if (running)
        terminal.say(`With the daemon stopped more may be gained: ${self} stop; ${self} db vacuum`);
    });
  examples(command, [
    ['hookline db vacuum', 'as far as it goes beside the daemon'],
    ['hookline stop; hookline db vacuum', 'all that can be gained'],
  ]);
}
