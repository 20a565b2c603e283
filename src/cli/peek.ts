// `hookline peek`: what waits for a name, whole, and it waits on.
import type { Command } from 'commander';
import { connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { inboxOf } from './inbox/holder.ts';
import { wholeMessage } from './inbox/whole-message.ts';
import { Messages } from './inbox.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';

export function addPeek(program: Command, terminal: Terminal): void {
  const command = program
    .command('peek')
    .summary('Read what waits for a name; it waits on.')
    .description(
      'Read what waits for a name, each message whole, in the order it will be handed out. Nothing is taken, and nobody is told.',
    )
    .argument('<name>', 'Whose messages to show.')
    .option('--json', 'Print {"messages": [...]} on stdout.')
    .action(async (name: string, { json }: { json?: true }) => {
      const inbox = inboxOf(name);
      const api = await connectApi(configOf(command, terminal).home);
      const answer = await api.get(inbox, Messages);
      if (json) return terminal.print(jsonLine(answer));
      for (const [index, message] of answer.messages.entries())
        await terminal.print(`${index === 0 ? '' : '\n'}${wholeMessage(message)}`);
      if (answer.messages.length === 0) terminal.say(`Nothing waits for ${name}.`);
    });
  examples(command, [
    ['hookline peek backend', 'what backend will read'],
    [
      "hookline peek backend --json | jq -r '.messages[].message'",
      'the texts alone, exactly as they were sent',
    ],
  ]);
}
