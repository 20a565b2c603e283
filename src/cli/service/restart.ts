// `hookline service restart`: the service with what is installed now; clients go on where they were.
import type { Command } from 'commander';
import { VERSION } from '../../version.ts';
import { configOf, examples } from '../command.ts';
import { Failure } from '../failure.ts';
import { findDaemon } from '../find-daemon.ts';
import { selfCommand } from '../invocation.ts';
import type { Terminal } from '../terminal.ts';
import { findManager } from './find-manager.ts';
import { runsAs, standsInTheWay, start } from './runs.ts';
import { gone, readServiceFile } from './service-file.ts';

export function addRestart(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('restart')
    .summary('Restart it, as after an upgrade.')
    .description(
      'Let the daemon end in good order and start it again, with what is installed by now. Clients that are connected go on where they were, without missing an event.',
    )
    .action(async () => {
      const { home } = configOf(command, terminal);
      const manager = findManager(terminal.env);
      const there = readServiceFile(manager.file);
      const install = `${selfCommand()} service install`;
      if (there.state !== 'ours')
        throw new Failure(`there is no service of hookline (${manager.file}); make one with: ${install}`);
      const [missing] = gone(there.mark);
      if (missing !== undefined) throw new Failure(`the service cannot start: ${missing}`);
      const obstacle = standsInTheWay(await findDaemon(home), await manager.standing());
      if (obstacle !== undefined) throw new Failure(obstacle);
      const running = await start(manager, home);
      terminal.say(runsAs(running));
      const { version } = running.health;
      if (version !== VERSION)
        terminal.say(
          `This hookline is ${VERSION}, and the service runs another one, ${there.mark.script}; have it run this one with: ${install}`,
        );
    });
  examples(command, [
    ['hookline service restart', 'after an upgrade, or a change in config.json'],
    ['hookline service restart && hookline tail', 'and watch what happens'],
  ]);
}
