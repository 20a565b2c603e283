// `hookline alerts`: what somebody is told of, having seen it, and trying whether they are reached.
import type { Command } from 'commander';
import { nearest } from '../config/index.ts';
import { addAck } from './alerts/ack.ts';
import { addList } from './alerts/list.ts';
import { addTest } from './alerts/test.ts';
import { examples } from './command.ts';
import { UsageError } from './failure.ts';
import type { Terminal } from './terminal.ts';

const PARTS = [addList, addAck, addTest];

export function addAlerts(program: Command, terminal: Terminal): void {
  const command = program
    .command('alerts')
    .summary('See what you are alerted to, and say that you have.')
    .description(
      'See the alerts that are open, say that you have seen one, and try whether those that rules tell are reached. Rules are in config.json, as "alerts": [{"when": "waiting", "for": "2m", "to": ["browser"]}].',
    )
    .argument('[what]', 'list, ack or test.')
    .action((what: string | undefined) => {
      const known = command.commands.map(one => one.name());
      const guess = what === undefined ? undefined : nearest(what, known);
      const meant = guess === undefined ? '' : `; did you mean ${guess}?`;
      const said =
        what === undefined ? 'say what to do' : `there is no alerts ${JSON.stringify(what)}${meant}`;
      throw new UsageError(`${said} (${known.join(', ')})`);
    });
  for (const add of PARTS) add(command, terminal);
  examples(command, [
    ['hookline alerts list', 'what is open'],
    ['hookline alerts test phone', 'whether the phone is reached'],
  ]);
}
