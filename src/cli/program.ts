// Puts the commands together and turns whatever happens into an exit code: 0 ok, 1 failed, 2 wrong usage.
import { Command, CommanderError } from 'commander';
import { TokenFileError } from '../auth/index.ts';
import { ConfigError, nearest } from '../config/index.ts';
import { inWords } from '../system-error.ts';
import { VERSION } from '../version.ts';
import { examples } from './command.ts';
import { Failure, UsageError } from './failure.ts';
import { invocation, selfCommand } from './invocation.ts';
import type { Terminal } from './terminal.ts';

type Add = (program: Command, terminal: Terminal) => void;

/** Every command, in the order of the help. A command line loads its own: it says its first word sooner. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  start: async () => (await import('./start.ts')).addStart,
  stop: async () => (await import('./stop.ts')).addStop,
  status: async () => (await import('./status.ts')).addStatus,
  tail: async () => (await import('./tail.ts')).addTail,
  search: async () => (await import('./search.ts')).addSearch,
  sessions: async () => (await import('./sessions.ts')).addSessions,
  show: async () => (await import('./show.ts')).addShow,
  usage: async () => (await import('./usage.ts')).addUsage,
  stats: async () => (await import('./stats.ts')).addStats,
  history: async () => (await import('./history.ts')).addHistory,
  on: async () => (await import('./on.ts')).addOn,
  send: async () => (await import('./send.ts')).addSend,
  inbox: async () => (await import('./inbox.ts')).addInbox,
  peek: async () => (await import('./peek.ts')).addPeek,
  listen: async () => (await import('./listen.ts')).addListen,
  purge: async () => (await import('./purge.ts')).addPurge,
  delete: async () => (await import('./delete.ts')).addDelete,
  dead: async () => (await import('./dead.ts')).addDead,
  release: async () => (await import('./release.ts')).addRelease,
  name: async () => (await import('./name.ts')).addName,
  hub: async () => (await import('./hub.ts')).addHub,
  nodes: async () => (await import('./nodes.ts')).addNodes,
  brokers: async () => (await import('./brokers.ts')).addBrokers,
  names: async () => (await import('./names.ts')).addNames,
  group: async () => (await import('./group.ts')).addGroup,
  alerts: async () => (await import('./alerts.ts')).addAlerts,
  approvals: async () => (await import('./approvals.ts')).addApprovals,
  approve: async () => (await import('./approve.ts')).addApprove,
  deny: async () => (await import('./deny.ts')).addDeny,
  answer: async () => (await import('./answer.ts')).addAnswer,
  policy: async () => (await import('./policy.ts')).addPolicy,
  mcp: async () => (await import('./mcp.ts')).addMcp,
  relay: async () => (await import('./relay.ts')).addRelay,
  wrap: async () => (await import('./wrap.ts')).addWrap,
  in: async () => (await import('./in.ts')).addIn,
  open: async () => (await import('./open.ts')).addOpen,
  demo: async () => (await import('./demo.ts')).addDemo,
  service: async () => (await import('./service.ts')).addService,
  install: async () => (await import('./install.ts')).addInstall,
  uninstall: async () => (await import('./uninstall.ts')).addUninstall,
  doctor: async () => (await import('./doctor.ts')).addDoctor,
  db: async () => (await import('./db.ts')).addDb,
  token: async () => (await import('./token.ts')).addToken,
};

/** The command line with these commands, by default all of them. */
export async function createProgram(
  terminal: Terminal,
  names: readonly string[] = Object.keys(COMMANDS),
): Promise<Command> {
  const program = new Command('hookline')
    .description(
      'The event loop of coding agents: what Claude Code does, live on a WebSocket, and messages into its sessions.',
    )
    .usage('[command] [options]')
    .version(VERSION, '-V, --version', 'Print the version.')
    .helpOption('-h, --help', 'Show help.')
    // What follows a command is that command's, as `in` and `in add` have options of the same name.
    .enablePositionalOptions()
    .helpCommand('help [command]', 'Show the help of a command.')
    .configureOutput({ outputError: () => {} }) // run() says it.
    .exitOverride();
  for (const add of await Promise.all(names.map(name => COMMANDS[name]?.()))) add?.(program, terminal);
  examples(program, [
    ['hookline', 'the same as: hookline start'],
    ['hookline tail', 'watch what happens'],
    ['hookline demo', 'see it alive with recorded sessions'],
  ]);
  return program;
}

/** Runs one command line (without node and script) and returns the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const full = withDefault(args);
  const [name = ''] = full;
  const program = await createProgram(terminal, needed(name));
  try {
    checkCommand(args);
    await program.parseAsync(full, { from: 'user' });
    return terminal.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // Help or version was asked for.
    const { InstallError, OptInError } = await import('../agents/claude-code/install/index.ts');
    const isMeant = [Failure, ConfigError, InstallError, TokenFileError].some(kind => error instanceof kind);
    const words = wordsOf(error, name, isMeant);
    terminal.say(words.startsWith('hookline ') ? words : `hookline: ${words}`);
    return error instanceof OptInError ? 2 : exitCodeOf(error);
  }
}

/** The commands that a line with this first word needs; undefined for all. */
function needed(name: string): readonly string[] | undefined {
  if (['-V', '--version'].includes(name)) return [];
  return Object.hasOwn(COMMANDS, name) ? [name] : undefined;
}

/** Plain `hookline`, also with options, means `hookline start`. */
function withDefault(args: readonly string[]): readonly string[] {
  const [first] = args;
  if (first === undefined) return ['start'];
  if (!first.startsWith('-') || ['-h', '--help', '-V', '--version'].includes(first)) return args;
  return ['start', ...args];
}

/** @throws UsageError for a word that is no command, with the one that was probably meant. */
function checkCommand(args: readonly string[]): void {
  const known = ['help', ...Object.keys(COMMANDS)];
  const wanted = args[0] === 'help' ? args[1] : args[0];
  if (wanted === undefined || wanted.startsWith('-') || known.includes(wanted)) return;
  const guess = nearest(wanted, known);
  throw new UsageError(
    `unknown command ${JSON.stringify(wanted)}${guess === undefined ? '' : `; did you mean ${guess}?`}`,
  );
}

/** @param isMeant its message is made for the user */
function wordsOf(error: unknown, name: string, isMeant: boolean): string {
  if (error instanceof CommanderError || error instanceof UsageError) {
    const message = error.message
      .replace(/^error: /, '')
      .replace(/\s*\n\s*/g, ' ')
      .replace(/\.$/, '');
    return `${message}; see ${helpFor(name)}`;
  }
  if (error instanceof TokenFileError && error.cause === undefined)
    return `${error.message}; replace both tokens with: ${selfCommand()} token rotate`;
  return isMeant ? (error as Error).message : inWords(error);
}

function helpFor(name: string): string {
  return `${invocation()} ${Object.hasOwn(COMMANDS, name) ? `${name} ` : ''}--help`;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError || error instanceof ConfigError) return 2;
  return error instanceof Failure ? error.exitCode : 1;
}
