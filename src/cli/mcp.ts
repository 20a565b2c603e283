// `hookline mcp`: an MCP server over which the model of a session writes to others, and reads what is for it.
import type { Command } from 'commander';
import { Name } from '../protocol/index.ts';
import { configOf, examples } from './command.ts';
import { Failure, UsageError } from './failure.ts';
import { invocation } from './invocation.ts';
import type { ServerOptions } from './mcp/server.ts';
import type { Terminal } from './terminal.ts';

/** What speaks MCP for us. Not everybody has it: npm leaves it out where optional packages are not wanted. */
const PACKAGE = '@modelcontextprotocol/server';

export function addMcp(program: Command, terminal: Terminal): void {
  const command = program
    .command('mcp')
    .summary('Give a session tools to write to others (MCP on stdio).')
    .description(
      'Speak MCP on stdin and stdout: tools with which the model of a session sends messages to other sessions and to programs, sees who is there, and takes what waits for it. Claude Code starts it, and it ends with it. While the daemon is away its tools say so, and they work again once it is back.',
    )
    .option(
      '--name <name>',
      "Who its messages are from, and whose messages it takes. (default: $HOOKLINE_NAME, the session's own name, or its id)",
    )
    .option(
      '--channel',
      'Tell the client that messages wait which came no other way. Claude Code takes such notices only where its account has channels, and says so at its start where it has none.',
    )
    .action(async ({ name, channel = false }: { name?: string; channel?: boolean }) => {
      const { env } = terminal;
      const { home, claudeDir: configDir } = configOf(command, terminal);
      const [option, own] = name === undefined ? ['HOOKLINE_NAME', env['HOOKLINE_NAME']] : ['--name', name];
      await serve({
        ...{ home, configDir, env, channel, name: nameOf(option, own) },
        say: line => terminal.say(`hookline: ${line}`),
      });
    });
  examples(command, [
    ['hookline mcp', 'what an MCP client runs'],
    ['hookline mcp --name reviewer', 'the same, as reviewer'],
    [`claude mcp add hookline -- ${invocation()} mcp`, 'have Claude Code run it'],
  ]);
}

async function serve(options: ServerOptions): Promise<void> {
  const { serveMcp } = await import('./mcp/server.ts').catch(error => {
    throw isMissing(error) ? missing(error) : error;
  });
  await serveMcp(options);
}

const isMissing = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' && String(error).includes(PACKAGE);

function missing(cause: unknown): Failure {
  return new Failure(
    `MCP needs the package ${PACKAGE}, which was left out when hookline was installed; install hookline again with: npm install --include=optional, and -g or the folder as before`,
    { cause },
  );
}

/** @throws UsageError for what is no name */
function nameOf(option: string | undefined, name: string | undefined): string | undefined {
  if (name === undefined || Name.safeParse(name).success) return name;
  throw new UsageError(
    `${option} is ${JSON.stringify(name)}, but it must be a letter, then up to 63 letters, digits, ".", "_", "-"`,
  );
}
