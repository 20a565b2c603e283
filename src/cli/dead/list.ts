// `hookline dead list`: the dead letters, a line each.
import type { Command } from 'commander';
import type { Message } from '../../protocol/index.ts';
import { connectApi } from '../api.ts';
import { configOf, examples } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine, plain } from '../text/plain.ts';
import { table } from '../text/table.ts';
import { duration } from '../text/time.ts';
import { cutTo } from '../text/width.ts';
import { deadFor, deadLetters } from './letters.ts';

export function addList(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('list')
    .summary('List the dead letters.')
    .description(
      'List the dead letters, the newest first: the id, for whom and from whom it was, by which way it came in, since when it is dead, and why.',
    )
    .option('--json', 'Print {"messages": [...]} on stdout.')
    .action(async ({ json }: { json?: true }) => {
      const messages = await deadLetters(await connectApi(configOf(command, terminal).home));
      if (json) return terminal.print(jsonLine({ messages }));
      if (messages.length === 0) return terminal.say('There is no dead letter.');
      const rows = messages.map(message => cellsOf(message).map(text => ({ text: plain(text) })));
      const { columns } = terminal;
      for (const line of table(rows))
        await terminal.print(columns === undefined ? line : cutTo(line, columns));
    });
  examples(command, [
    ['hookline dead list', 'which there are, and why'],
    ["hookline dead list --json | jq -r '.messages[].id'", 'their ids'],
  ]);
}

function cellsOf(message: Message): string[] {
  const dead = deadFor(message);
  const since = Math.max(...dead.map(({ at }) => at));
  return [
    message.id,
    `for ${dead.map(({ name }) => name).join(', ')}`,
    `from ${message.from} by ${message.via}`,
    `${duration(Date.now() - since)} ago`,
    [...new Set(dead.map(({ reason = 'nobody knows why' }) => reason))].join('; '),
  ];
}
