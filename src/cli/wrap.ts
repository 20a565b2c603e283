// `hookline wrap`: runs a client in a terminal of its own within this one, where messages can be typed for it.
import type { Command } from 'commander';
import { Name } from '../protocol/index.ts';
import { configOf, examples } from './command.ts';
import { UsageError } from './failure.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly name: string;
}

export function addWrap(program: Command, terminal: Terminal): void {
  const command = program
    .command('wrap')
    .summary('Run Claude Code so that messages can be typed for it.')
    .description(
      "Run a command in this terminal, as it would run without this, under a name that messages can be sent to. For a client that has no other way in (an old one, or one that runs with --bare) a message is typed at its prompt, like something its user pastes and sends: only while it is idle, no dialog is open and nothing is written there. Clients that take messages by themselves get them as ever.\nIt ends with the command, with its exit code; 128 and the signal's number when a signal ended it.",
    )
    .argument('<command>', 'What to run.')
    .argument('[args...]', 'What it is given. Put -- before the command.')
    .requiredOption('--name <name>', 'What the session is called; it is told by HOOKLINE_NAME.')
    .action(async (file: string, args: string[], { name }: Options) => {
      checkName(name);
      const { home, claudeDir } = configOf(command, terminal);
      const { runWrapped } = await import('./wrap/run-wrapped.ts');
      terminal.exitCode = await runWrapped({ file, args, name, home, claudeDir }, terminal);
    });
  examples(command, [
    ['hookline wrap --name api -- claude --bare', 'a session that messages to api are typed into'],
    ['hookline wrap --name api -- claude --resume', 'whatever the command takes comes after it'],
  ]);
}

/** @throws UsageError for what is no name */
function checkName(name: string): void {
  if (Name.safeParse(name).success) return;
  throw new UsageError(
    `--name is ${JSON.stringify(name)}, but it must be a letter, then up to 63 letters, digits, ".", "_", "-"`,
  );
}
