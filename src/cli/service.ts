// `hookline service`: has the system start hookline at login, and again after a crash.
import type { Command } from 'commander';
import { nearest } from '../config/index.ts';
import { examples } from './command.ts';
import { UsageError } from './failure.ts';
import { addInstall } from './service/install.ts';
import { addLogs } from './service/logs.ts';
import { addRestart } from './service/restart.ts';
import { addStatus } from './service/status.ts';
import { addUninstall } from './service/uninstall.ts';
import type { Terminal } from './terminal.ts';

const CARE = [addInstall, addUninstall, addStatus, addRestart, addLogs];

export function addService(program: Command, terminal: Terminal): void {
  const command = program
    .command('service')
    .summary('Have hookline started at login.')
    .description(
      'Have the system run hookline: from login on, and again after a crash. By systemd (as a unit of this user) or launchd (as an agent).',
    )
    .argument('[what]', 'install, uninstall, status, restart or logs.')
    .action((what: string | undefined) => {
      const known = command.commands.map(one => one.name());
      const guess = what === undefined ? undefined : nearest(what, known);
      const meant = guess === undefined ? '' : `; did you mean ${guess}?`;
      const said =
        what === undefined ? 'say what to do' : `there is no service ${JSON.stringify(what)}${meant}`;
      throw new UsageError(`${said} (${known.join(', ')})`);
    });
  for (const add of CARE) add(command, terminal);
  examples(command, [
    ['hookline service install', 'start it now, and at every login'],
    ['hookline service status', 'whether it runs, and by whom'],
  ]);
}
