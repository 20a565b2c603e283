// `hookline service uninstall`: stops it, and takes its file away again.
import fs from 'node:fs';
import type { Command } from 'commander';
import { configOf, examples } from '../command.ts';
import { selfCommand } from '../invocation.ts';
import type { Terminal } from '../terminal.ts';
import { findManager } from './find-manager.ts';
import { readServiceFile, requireOurs } from './service-file.ts';

export function addUninstall(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('uninstall')
    .summary('Stop it, and have it started no more.')
    .description(
      'Stop the service and take its file away. Its log, its settings and the hooks stay; a file that is not as hookline wrote it is left alone.',
    )
    .option('--force', "Also where its file was changed by hand, or is not hookline's.")
    .action(async ({ force = false }: { force?: boolean }) => {
      const { home } = configOf(command, terminal);
      const manager = findManager(terminal.env);
      const { file } = manager;
      const there = readServiceFile(file);
      if (there.state === 'none') return terminal.say(`There is no service of hookline (${file}).`);
      if (!force) requireOurs(file, there, home, 'it was left alone');
      const { isKnown } = await manager.standing();
      // One that its manager never read, or has under another file, is not running.
      if (isKnown) await manager.disable();
      fs.rmSync(file);
      await manager.forget();
      terminal.say(`Stopped it, and removed ${file}.`);
      if (fs.existsSync(`${file}.d`)) terminal.say(`What you changed of it is still in ${file}.d.`);
      terminal.say(`The hooks are where they were; take them out with: ${selfCommand()} uninstall`);
    });
  examples(command, [
    ['hookline service uninstall', 'stop it for good'],
    ['hookline service uninstall && hookline uninstall', 'and take out the hooks'],
  ]);
}
