// `hookline policy`: what the rules say that answer in the user's place.
import type { Command } from 'commander';
import { nearest } from '../config/index.ts';
import { examples } from './command.ts';
import { UsageError } from './failure.ts';
import { addPolicyTest } from './policy/test.ts';
import type { Terminal } from './terminal.ts';

export function addPolicy(program: Command, terminal: Terminal): void {
  const command = program
    .command('policy')
    .summary('Try the rules that answer what sessions ask.')
    .description(
      'Try the rules that answer what sessions ask, those under approvals.rules in config.json. Nothing is answered by it.',
    )
    .argument('[what]', 'test.')
    .action((what: string | undefined) => {
      const known = command.commands.map(one => one.name());
      const guess = what === undefined ? undefined : nearest(what, known);
      const meant = guess === undefined ? '' : `; did you mean ${guess}?`;
      const said =
        what === undefined ? 'say what to do' : `there is no policy ${JSON.stringify(what)}${meant}`;
      throw new UsageError(`${said} (${known.join(', ')})`);
    });
  addPolicyTest(command, terminal);
  examples(command, [
    ['hookline policy test --command "npm test"', 'what would be said to that command'],
    ['hookline policy test --tool Edit --path src/a.ts', 'and to that change, here'],
  ]);
}
