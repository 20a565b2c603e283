// `hookline dead purge`: forgets the dead letters.
import type { Command } from 'commander';
import { z } from 'zod';
import { connectApi } from '../api.ts';
import { configOf, examples } from '../command.ts';
import { askForYes, messages } from '../inbox/take-back.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine } from '../text/plain.ts';
import { deadLetters } from './letters.ts';

const Purged = z.object({ purged: z.number() });

interface Options {
  readonly yes?: true;
  readonly json?: true;
}

export function addPurge(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('purge')
    .summary('Forget the dead letters.')
    .description(
      'Forget the dead letters: they can be neither shown nor sent again. The events that tell of them stay in the log.',
    )
    .option('--yes', 'Do it; without it only what would be done is said, and the exit code is 2.')
    .option('--json', 'Print {"purged": N} on stdout.')
    .action(async ({ yes, json }: Options) => {
      const { home } = configOf(command, terminal);
      if (!yes)
        return askForYes('dead purge forgets every dead letter', async () =>
          messages((await deadLetters(await connectApi(home))).length),
        );
      const { purged } = await (await connectApi(home)).delete('/api/dead', Purged);
      if (json) return terminal.print(jsonLine({ purged }));
      terminal.say(purged === 0 ? 'There is no dead letter.' : `Forgotten: ${messages(purged)}.`);
    });
  examples(command, [
    ['hookline dead purge', 'how many would be forgotten'],
    ['hookline dead purge --yes', 'forget them'],
  ]);
}
