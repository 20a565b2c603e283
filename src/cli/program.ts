// Puts the commands together and turns whatever happens into an exit code: 0 ok, 1 failed, 2 wrong usage.
import { Command, CommanderError } from 'commander';
import { InstallError, OptInError } from '../agents/claude-code/install/index.ts';
import { TokenFileError } from '../auth/index.ts';
import { ConfigError, nearest } from '../config/index.ts';
import { inWords } from '../system-error.ts';
import { VERSION } from '../version.ts';
import { examples } from './command.ts';
import { addDb } from './db.ts';
import { addDemo } from './demo.ts';
import { addDoctor } from './doctor.ts';
import { Failure, UsageError } from './failure.ts';
import { addInstall } from './install.ts';
import { invocation, selfCommand } from './invocation.ts';
import { addOn } from './on.ts';
import { addOpen } from './open.ts';
import { addSearch } from './search.ts';
import { addSessions } from './sessions.ts';
import { addShow } from './show.ts';
import { addStart } from './start.ts';
import { addStatus } from './status.ts';
import { addStop } from './stop.ts';
import { addTail } from './tail.ts';
import type { Terminal } from './terminal.ts';
import { addToken } from './token.ts';
import { addUninstall } from './uninstall.ts';
import { addUsage } from './usage.ts';

/** Every command, in the order of the help. */
const COMMANDS: readonly ((program: Command, terminal: Terminal) => void)[] = [
  addStart,
  addStop,
  addStatus,
  addTail,
  addSearch,
  addSessions,
  addShow,
  addUsage,
  addOn,
  addOpen,
  addDemo,
  addInstall,
  addUninstall,
  addDoctor,
  addDb,
  addToken,
];

/** The whole command line. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('hookline')
    .description('The event stream of coding agents: what Claude Code does, live on a WebSocket.')
    .usage('[command] [options]')
    .version(VERSION, '-V, --version', 'Print the version.')
    .helpOption('-h, --help', 'Show help.')
    .helpCommand('help [command]', 'Show the help of a command.')
    .configureOutput({ outputError: () => {} }) // run() says it.
    .exitOverride();
  for (const add of COMMANDS) add(program, terminal);
  examples(program, [
    ['hookline', 'the same as: hookline start'],
    ['hookline tail', 'watch what happens'],
    ['hookline demo', 'see it alive with recorded sessions'],
  ]);
  return program;
}

/** Runs one command line (without node and script) and returns the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = createProgram(terminal);
  try {
    checkCommand(program, args);
    await program.parseAsync(withDefault(args), { from: 'user' });
    return terminal.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // Help or version was asked for.
    const words = wordsOf(error, program, args);
    terminal.say(words.startsWith('hookline ') ? words : `hookline: ${words}`);
    return exitCodeOf(error);
  }
}

/** Plain `hookline`, also with options, means `hookline start`. */
function withDefault(args: readonly string[]): readonly string[] {
  const [first] = args;
  if (first === undefined) return ['start'];
  if (!first.startsWith('-') || ['-h', '--help', '-V', '--version'].includes(first)) return args;
  return ['start', ...args];
}

/** @throws UsageError for a word that is no command, with the one that was probably meant. */
function checkCommand(program: Command, args: readonly string[]): void {
  const known = ['help', ...program.commands.map(command => command.name())];
  const wanted = args[0] === 'help' ? args[1] : args[0];
  if (wanted === undefined || wanted.startsWith('-') || known.includes(wanted)) return;
  const guess = nearest(wanted, known);
  throw new UsageError(
    `unknown command ${JSON.stringify(wanted)}${guess === undefined ? '' : `; did you mean ${guess}?`}`,
  );
}

function wordsOf(error: unknown, program: Command, args: readonly string[]): string {
  if (error instanceof CommanderError || error instanceof UsageError) {
    const message = error.message
      .replace(/^error: /, '')
      .replace(/\s*\n\s*/g, ' ')
      .replace(/\.$/, '');
    return `${message}; see ${helpFor(program, withDefault(args)[0])}`;
  }
  if (error instanceof TokenFileError && error.cause === undefined)
    return `${error.message}; replace both tokens with: ${selfCommand()} token rotate`;
  return isMeant(error) ? error.message : inWords(error);
}

function helpFor(program: Command, name: string | undefined): string {
  const command = program.commands.find(one => one.name() === name);
  return `${invocation()} ${command === undefined ? '' : `${command.name()} `}--help`;
}

/** Whether its message is made for the user. */
function isMeant(error: unknown): error is Error {
  return [Failure, ConfigError, InstallError, TokenFileError].some(kind => error instanceof kind);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError || error instanceof ConfigError || error instanceof OptInError)
    return 2;
  return error instanceof Failure ? error.exitCode : 1;
}
