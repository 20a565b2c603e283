// `hookline delete`: takes a name back, and what waits for it.
import type { Command } from 'commander';
import { type Api, connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { Failure, Refusal } from './failure.ts';
import { inboxOf } from './inbox/holder.ts';
import { askForYes, messages, openFor, takeBack } from './inbox/take-back.ts';
import { NameAnswer, resourceOf } from './names/answers.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';

interface Options {
  readonly yes?: true;
  readonly json?: true;
}

export function addDelete(program: Command, terminal: Terminal): void {
  const command = program
    .command('delete')
    .summary('Take back a name, and what waits for it.')
    .description(
      'Take back what waits for a name, as purge does, and the name with its groups, as name --remove does. A name that a session has by itself (/rename, HOOKLINE_NAME, a rule) stays. When there was neither a message nor a name to take back that is said, and the exit code is 1.',
    )
    .argument('<name>', 'The name.')
    .option('--yes', 'Do it; without it only what would be done is said, and the exit code is 2.')
    .option('--json', 'Print {"name": "...", "purged": N, "removed": true} on stdout.')
    .action(async (name: string, { yes, json }: Options) => {
      inboxOf(name);
      const { home } = configOf(command, terminal);
      if (!yes)
        return askForYes(`delete takes back the name ${name}, and what waits for it`, async () =>
          messages((await openFor(await connectApi(home), name)).waiting),
        );
      const api = await connectApi(home);
      const purged = await takeBack(api, name);
      const left = await remove(api, name);
      const removed = left !== undefined;
      if (json) await terminal.print(jsonLine({ name, purged, removed }));
      if (purged === 0 && !removed)
        throw new Failure(`nothing waits for ${name}, and it is no name that was given to anybody`);
      if (json) return;
      if (purged > 0) terminal.say(`Taken back: ${messages(purged)} for ${name}.`);
      if (!removed) terminal.say(`${name} is no name that was given to anybody.`);
      else if (left.live) terminal.say(`${name} was taken back; session ${left.sessionId} calls itself so.`);
      else terminal.say(`${name} is nobody's name now.`);
    });
  examples(command, [
    ['hookline delete backend', 'how much would be taken back'],
    ['hookline delete backend --yes', 'take it back'],
  ]);
}

/** What is left of a name when what was given is taken back; undefined when nothing was. */
async function remove(api: Api, name: string): Promise<NameAnswer | undefined> {
  try {
    return await api.delete(resourceOf(name), NameAnswer);
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return undefined;
    throw error;
  }
}
