// `hookline name`: gives a session a name, under which messages reach it.
import type { Command } from 'commander';
import { connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { UsageError } from './failure.ts';
import { selfCommand } from './invocation.ts';
import { NameAnswer, resourceOf } from './names/answers.ts';
import { SessionsAnswer } from './sessions.ts';
import { findSession } from './show/find.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';

interface Options {
  readonly take?: true;
  readonly remove?: true;
  readonly json?: true;
}

export function addName(program: Command, terminal: Terminal): void {
  const command = program
    .command('name')
    .summary('Give a session a name.')
    .description(
      'Give a session a name, under which messages reach it. The name stays with it when it is cleared, and when it is resumed. Claude Code has names of its own for sessions (/rename), which work without this.',
    )
    .argument('<session>', 'The beginning of its id, or its name; with --remove, the name to take back.')
    .argument('[name]', 'A letter, then up to 63 letters, digits, ".", "_", "-".')
    .option('--take', 'Also when another session that lives has that name.')
    .option('--remove', 'Take a name back; what waits for it waits on.')
    .option('--json', 'Print what is known of the name as JSON.')
    .action(async (session: string, name: string | undefined, options: Options) => {
      const api = await connectApi(configOf(command, terminal).home);
      const answer = options.remove
        ? await api.delete(resourceOf(soleName(session, name)), NameAnswer)
        : await api.put(resourceOf(named(name)), NameAnswer, {
            sessionId: await findSession(
              session,
              (await api.get('/api/sessions', SessionsAnswer)).sessions,
              api,
            ),
            ...(options.take && { take: true }),
          });
      if (options.json) return terminal.print(jsonLine(answer));
      terminal.say(
        options.remove ? `${answer.name} is nobody's name now.` : `${answer.name} is ${answer.sessionId}.`,
      );
    });
  examples(command, [
    ['hookline name 8dd92b6f backend', 'the session of that id is called backend'],
    ['hookline name --remove backend', 'and is not any more'],
  ]);
}

function named(name: string | undefined): string {
  if (name !== undefined) return name;
  throw new UsageError(`the name is missing: ${selfCommand()} name SESSION NAME`);
}

function soleName(name: string, more: string | undefined): string {
  if (more === undefined) return name;
  throw new UsageError(`--remove takes one name, and there are two: ${name}, ${more}`);
}
