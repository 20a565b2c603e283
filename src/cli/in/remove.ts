// `hookline in remove`: takes a webhook away.
import type { Command } from 'commander';
import { nearest } from '../../config/index.ts';
import { Webhooks } from '../../intake/index.ts';
import { configOf, examples } from '../command.ts';
import { Failure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine } from '../text/plain.ts';

export function addRemove(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('remove')
    .summary('Remove a webhook.')
    .description('Remove a webhook: what is posted there is refused from now on. What came in by it stays.')
    .argument('<name>', 'Its name.')
    .option('--json', 'Print {"removed": "NAME"} on stdout.')
    .action(async (name: string, { json }: { json?: true }) => {
      const webhooks = new Webhooks(configOf(command, terminal).home);
      if (!(await webhooks.remove(name))) throw new Failure(unknown(name, await webhooks.names()));
      if (json) return terminal.print(jsonLine({ removed: name }));
      terminal.say(`The webhook ${name} was removed.`);
    });
  examples(command, [
    ['hookline in remove github', 'what GitHub posts is refused'],
    ['hookline in remove github --json', 'the same for scripts'],
  ]);
}

function unknown(name: string, known: readonly string[]): string {
  const guess = nearest(name, known);
  const there = known.length === 0 ? 'there is none at all' : `there is ${known.join(', ')}`;
  return `there is no webhook ${JSON.stringify(name)}; ${guess === undefined ? there : `did you mean ${guess}?`}`;
}
