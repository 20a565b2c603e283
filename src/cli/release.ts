// `hookline release`: lets messages go that are held because two sessions wrote to each other on and on.
import type { Command } from 'commander';
import { z } from 'zod';
import { Message } from '../protocol/index.ts';
import { connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { UsageError } from './failure.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';

const Released = z.object({ released: z.number() });

export function addRelease(program: Command, terminal: Terminal): void {
  const command = program
    .command('release')
    .summary('Let messages go that are held for a loop.')
    .description(
      'Let messages go that are held because two sessions wrote to each other too often, and nobody typed anything. What a session holds for its own user to decide is not released.',
    )
    .argument('[id...]', 'The messages.')
    .option('--all', 'All that are held for a loop.')
    .option('--json', 'Print {"released": N} on stdout.')
    .action(async (ids: readonly string[], { all, json }: { all?: true; json?: true }) => {
      if (ids.length > 0 === (all === true))
        throw new UsageError('name the messages to release by their ids, or give --all for all of them');
      const api = await connectApi(configOf(command, terminal).home);
      for (const id of ids) await api.post(`/api/messages/${encodeURIComponent(id)}/release`, Message);
      const released = all ? (await api.post('/api/messages/release', Released)).released : ids.length;
      if (json) return terminal.print(jsonLine({ released }));
      terminal.say(released === 0 ? 'No message is held for a loop.' : `Released: ${released}.`);
    });
  examples(command, [
    ['hookline release 019a7d2c-4f1e-7000-9a3b-0c5d6e7f8091', 'one message, by its id'],
    ['hookline release --all', 'everything that is held for a loop'],
  ]);
}
