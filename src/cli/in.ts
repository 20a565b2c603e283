// `hookline in`: ways in for programs: webhooks whose posts become messages, a FIFO or a socket whose lines do.
import type { Command } from 'commander';
import { nearest } from '../config/index.ts';
import { PRIORITIES } from '../protocol/index.ts';
import { configOf, examples } from './command.ts';
import { UsageError } from './failure.ts';
import { addAdd } from './in/add.ts';
import { type LineFlags, lineInputOf, takeLines } from './in/lines.ts';
import { addList } from './in/list.ts';
import { addRemove } from './in/remove.ts';
import type { Terminal } from './terminal.ts';

const WAYS = [addAdd, addList, addRemove];

export function addIn(program: Command, terminal: Terminal): void {
  const command = program
    .command('in')
    .summary('Let other programs send messages.')
    .description(
      'Let other programs send messages. Each webhook has an address, a secret of its own, and whom its messages are for; a running daemon knows of every change at once.\nWith --fifo or --unix it runs until Ctrl-C: it makes that file, for you only, and each line that is written there is a message. While the daemon is away lines wait; one that the daemon refuses is told on stderr, and to whoever wrote it to the socket.\nWhat is read at a broker (MQTT, NATS, Redis, AMQP) is named under "in" in config.json.',
    )
    .argument('[what]', 'add, list or remove.')
    .option('--fifo <path>', 'Take in the lines of a FIFO.')
    .option('--unix <path>', 'Take in the lines of a Unix socket, and answer each with a line of JSON.')
    .option('--to <address>', 'Whom the lines are for: the name of a session, or its id.')
    .option('--from <name>', 'Who sends them. (default: fifo or unix)')
    .option('--priority <priority>', `${PRIORITIES.join(', ')}. (default: normal)`)
    .option('--ttl <duration>', 'How long they may wait, such as 10m. (default: 1d)')
    .option(
      '--template <text>',
      'What a line of JSON says, such as "{{job}} is {{state}}". (default: the line)',
    )
    // `in add` has a --to of its own.
    .enablePositionalOptions()
    .action(async (what: string | undefined, flags: LineFlags) => {
      if (what === undefined && (flags.fifo ?? flags.unix) !== undefined)
        return takeLines(lineInputOf(flags), configOf(command, terminal).home, terminal);
      const known = command.commands.map(one => one.name());
      const guess = what === undefined ? undefined : nearest(what, known);
      const meant = guess === undefined ? '' : `; did you mean ${guess}?`;
      const said = what === undefined ? 'say what to do' : `there is no in ${JSON.stringify(what)}${meant}`;
      throw new UsageError(`${said} (${known.join(', ')}, or --fifo PATH or --unix PATH)`);
    });
  for (const add of WAYS) add(command, terminal);
  examples(command, [
    ['hookline in add github --to backend', 'what GitHub posts is a message for backend'],
    ['hookline in --fifo /tmp/ci --to backend', 'each line written to /tmp/ci is one'],
  ]);
}
