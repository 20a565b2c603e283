// `hookline service install`: writes the file of the service, and has it started now and at login.
import type { Command } from 'commander';
import type { Config } from '../../config/index.ts';
import { VERSION } from '../../version.ts';
import { configOf, examples } from '../command.ts';
import { findDaemon } from '../find-daemon.ts';
import type { Terminal } from '../terminal.ts';
import { findManager } from './find-manager.ts';
import { jobOf } from './job.ts';
import type { Manager } from './manager.ts';
import { runsAs, standsInTheWay, start } from './runs.ts';
import { readServiceFile, requireOurs, type ServiceFile, writeServiceFile } from './service-file.ts';

interface InstallOptions {
  readonly dryRun?: true;
  readonly force?: boolean;
}

export function addInstall(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('install')
    .summary('Have hookline started at login, and now.')
    .description(
      'Have hookline started at login and after a crash, and now: by a user unit of systemd, or an agent of launchd. It names this node and this hookline by their paths, and has those HOOKLINE_* variables that are set now, but none that may hold a password. Once more brings it up to date, after an upgrade too.',
    )
    .option('--dry-run', 'Print the file on stdout and do nothing.')
    .option('--force', "Replace a file that was changed by hand, or is not hookline's; it is kept beside it.")
    .action(async ({ dryRun, force = false }: InstallOptions) => {
      const { env } = terminal;
      const config = configOf(command, terminal);
      const manager = findManager(env);
      const { job, notes } = jobOf(config, { env, keepsLog: manager.keepsLog });
      for (const note of notes) terminal.say(`Note: ${note}`);
      const text = manager.textOf(job);
      if (dryRun) {
        await terminal.print(text.trimEnd());
        return terminal.say(`It would be ${manager.file}. Nothing was written.`);
      }
      const there = readServiceFile(manager.file);
      if (!force) requireOurs(manager.file, there, config.home, 'nothing was written');
      await manager.reach();
      const changed = put(text, there, manager, terminal);
      await manager.enable();
      await run(manager, config, changed, terminal);
      for (const hint of await manager.hints()) terminal.say(hint);
    });
  examples(command, [
    ['hookline service install', 'start it now, and at every login'],
    ['hookline service install --dry-run', 'show the file'],
  ]);
}

/** Whether anything had to be written. */
function put(text: string, there: ServiceFile, { file }: Manager, terminal: Terminal): boolean {
  if (there.state !== 'none' && there.text === text) {
    terminal.say(`${file} is as it should be.`);
    return false;
  }
  const kept = writeServiceFile(file, text, there);
  terminal.say(`Wrote ${file}.${kept === undefined ? '' : ` What was there before is in ${kept}.`}`);
  return true;
}

async function run(manager: Manager, { home }: Config, changed: boolean, terminal: Terminal): Promise<void> {
  const found = await findDaemon(home);
  const standing = await manager.standing();
  const obstacle = standsInTheWay(found, standing);
  if (obstacle !== undefined) {
    terminal.say(`It is started at login from now on, but not now: ${obstacle}`);
    return;
  }
  const isCurrent = found.state === 'running' && found.health.version === VERSION && !changed;
  terminal.say(runsAs(isCurrent ? found : await start(manager, home)));
}
