// `hookline dead`: messages that did not arrive: why, and what to do with them.
import type { Command } from 'commander';
import { nearest } from '../config/index.ts';
import { examples } from './command.ts';
import { addList } from './dead/list.ts';
import { addPurge } from './dead/purge.ts';
import { addRetry } from './dead/retry.ts';
import { addShow } from './dead/show.ts';
import { UsageError } from './failure.ts';
import type { Terminal } from './terminal.ts';

const PARTS = [addList, addShow, addRetry, addPurge];

export function addDead(program: Command, terminal: Terminal): void {
  const command = program
    .command('dead')
    .summary('See messages that did not arrive, and send them again.')
    .description(
      'See dead letters, and send them again: messages that were refused, or tried five times. They are kept for 30 days. A message for several is among them once it is over for all of them.',
    )
    .argument('[what]', 'list, show, retry or purge.')
    .action((what: string | undefined) => {
      const known = command.commands.map(one => one.name());
      const guess = what === undefined ? undefined : nearest(what, known);
      const meant = guess === undefined ? '' : `; did you mean ${guess}?`;
      const said = what === undefined ? 'say what to do' : `there is no dead ${JSON.stringify(what)}${meant}`;
      throw new UsageError(`${said} (${known.join(', ')})`);
    });
  for (const add of PARTS) add(command, terminal);
  examples(command, [
    ['hookline dead list', 'which there are, and why'],
    ['hookline dead retry --all', 'once the reason is mended'],
  ]);
}
