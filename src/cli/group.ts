// `hookline group`: who is in which group, so that one message reaches several.
import type { Command } from 'commander';
import { type Api, connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { UsageError } from './failure.ts';
import { selfCommand } from './invocation.ts';
import { NameAnswer, NamesAnswer, resourceOf } from './names/answers.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';
import { table } from './text/table.ts';

export function addGroup(program: Command, terminal: Terminal): void {
  const command = program
    .command('group')
    .summary('Show groups of names, and who is in them.')
    .description('Show who is in which group. What is sent to group:NAME goes to everybody in it.')
    .argument('[group]', 'Show this one only.')
    .option('--json', 'Print {"groups": {...}} on stdout.')
    .action(async (group: string | undefined, { json }: { json?: true }) => {
      if (group === 'add' || group === 'remove')
        throw new UsageError(
          `${group} takes a group and names, such as: ${selfCommand()} group ${group} web frontend`,
        );
      const groups = await groupsOf(await connectApi(configOf(command, terminal).home));
      const shown = [...groups].filter(([name]) => group === undefined || name === group).sort();
      if (json) return terminal.print(jsonLine({ groups: Object.fromEntries(shown) }));
      if (shown.length === 0)
        return terminal.say(group === undefined ? 'There is no group yet.' : `Nobody is in ${group}.`);
      const rows = shown.map(([name, members]) => [{ text: name }, { text: members.join(' ') }]);
      for (const line of table(rows)) await terminal.print(line);
    });
  change('add', 'Put names into a group.', (groups, group) => [...groups, group]);
  change('remove', 'Take names out of a group.', (groups, group) => groups.filter(one => one !== group));
  examples(command, [
    ['hookline group add web frontend backend', 'the two are in group web'],
    ['hookline send --to group:web -m "Deploy at noon."', 'and both get this'],
  ]);

  function change(
    what: string,
    about: string,
    next: (groups: readonly string[], group: string) => readonly string[],
  ): void {
    const sub = command
      .command(what)
      .description(about)
      .argument('<group>', 'A letter, then up to 63 letters, digits, ".", "_", "-".')
      .argument('<names...>', "Names; they need not be anybody's yet.")
      .action(async (group: string, names: string[]) => {
        const api = await connectApi(configOf(sub, terminal).home);
        const known = (await api.get('/api/names', NamesAnswer)).names;
        for (const name of names) {
          const groups = known.find(one => one.name === name)?.groups ?? [];
          await api.put(resourceOf(name), NameAnswer, { groups: next(groups, group) });
        }
        const members = (await groupsOf(api)).get(group) ?? [];
        terminal.say(members.length === 0 ? `Nobody is in ${group}.` : `${group}: ${members.join(' ')}`);
      });
    examples(sub, [
      [`hookline group ${what} web frontend backend`, 'both at once'],
      [`hookline group ${what} web docs`, 'one more'],
    ]);
  }
}

async function groupsOf(api: Api): Promise<Map<string, string[]>> {
  const { names } = await api.get('/api/names', NamesAnswer);
  const groups = new Map<string, string[]>();
  for (const { name, groups: all } of names)
    for (const group of all) groups.set(group, [...(groups.get(group) ?? []), name]);
  return groups;
}
