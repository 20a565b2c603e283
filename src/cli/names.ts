// `hookline names`: who is called what, and how each is reached.
import type { Command } from 'commander';
import { connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { type NameAnswer, NamesAnswer, openWay } from './names/answers.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine, plain } from './text/plain.ts';
import { table } from './text/table.ts';

export function addNames(program: Command, terminal: Terminal): void {
  const command = program
    .command('names')
    .summary('List the names that messages can be sent to.')
    .description(
      'List the names that messages can be sent to: which session has each, how messages get there, and in which groups it is.',
    )
    .option('--json', 'Print {"names": [...]} on stdout.')
    .action(async ({ json }: { json?: true }) => {
      const api = await connectApi(configOf(command, terminal).home);
      const { names } = await api.get('/api/names', NamesAnswer);
      if (json) return terminal.print(jsonLine({ names }));
      if (names.length === 0)
        return terminal.say('No names yet: give a session one with /rename, in Claude Code');
      for (const line of table(names.map(rowOf))) await terminal.print(plain(line));
    });
  examples(command, [
    ['hookline names', 'who can be reached, and who not, and why'],
    ['hookline names --json', 'the same for scripts'],
  ]);
}

function rowOf({ name, sessionId, live, groups, ways }: NameAnswer): { text: string }[] {
  const inGroups = groups.map(group => `group:${group}`).join(' ');
  return [
    { text: name },
    { text: live ? 'live' : 'away' },
    { text: sessionId?.slice(0, 8) ?? '' },
    { text: [live ? wayIn(ways) : '', inGroups].filter(Boolean).join('  ') },
  ];
}

/** The way that messages take, and why none before it leads there. */
function wayIn(ways: NameAnswer['ways']): string {
  const [open, before] = openWay(ways);
  const passedOver = before.map(({ path, whyNot }) => `${path}: ${whyNot}`).join('; ');
  if (open) return `by ${open.path}${passedOver && ` (${passedOver})`}`;
  return `not reached: ${passedOver || 'there is no way into it'}`;
}
