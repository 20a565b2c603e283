// `hookline purge`: takes back what waits for a name.
import type { Command } from 'commander';
import { connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { inboxOf } from './inbox/holder.ts';
import { askForYes, messages, openFor, takeBack } from './inbox/take-back.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';

interface Options {
  readonly yes?: true;
  readonly json?: true;
}

export function addPurge(program: Command, terminal: Terminal): void {
  const command = program
    .command('purge')
    .summary('Take back what waits for a name.')
    .description(
      'Take back what waits for a name: each message is cancelled and reaches nobody, which its sender can see. What was given already is not taken back. When nothing waits that is said, and the exit code is 0.',
    )
    .argument('<name>', 'Whose messages to take back; it need not be anybody’s.')
    .option('--yes', 'Do it; without it only what would be done is said, and the exit code is 2.')
    .option('--json', 'Print {"name": "...", "purged": N} on stdout.')
    .action(async (name: string, { yes, json }: Options) => {
      inboxOf(name);
      const { home } = configOf(command, terminal);
      if (!yes)
        return askForYes(`purge takes back what waits for ${name}`, async () =>
          messages((await openFor(await connectApi(home), name)).waiting),
        );
      const api = await connectApi(home);
      const purged = await takeBack(api, name);
      if (json) return terminal.print(jsonLine({ name, purged }));
      const { given } = await openFor(api, name);
      terminal.say(
        purged === 0 ? `Nothing waits for ${name}.` : `Taken back: ${messages(purged)} for ${name}.`,
      );
      if (given > 0) terminal.say(`Given already, and under way: ${messages(given)}.`);
    });
  examples(command, [
    ['hookline purge backend', 'how much would be taken back'],
    ['hookline purge backend --yes', 'take it back'],
  ]);
}
