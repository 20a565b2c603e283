// `hookline token revoke`: a token that was made for somebody is worth nothing from now on.
import type { Command } from 'commander';
import { configOf, examples } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine } from '../text/plain.ts';
import { keeperOf } from './keeper.ts';

export function addRevoke(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('revoke')
    .summary('Take a token away that was made for somebody.')
    .description(
      'Take a token away that was made for somebody. It is worth nothing from now on, and connections that use it are closed.',
    )
    .argument('<name>', 'What the token is called.')
    .option('--json', 'Print {"revoked": "..."} on stdout.')
    .action(async (name: string) => {
      await (await keeperOf(configOf(command, terminal).home)).revoke(name);
      if (command.optsWithGlobals<{ json?: true }>().json) await terminal.print(jsonLine({ revoked: name }));
      else terminal.say(`The token ${name} is worth nothing any more.`);
    });
  examples(command, [
    ['hookline token revoke ci', 'at once, with the daemon running or stopped'],
    ['hookline token list', 'which there are'],
  ]);
}
