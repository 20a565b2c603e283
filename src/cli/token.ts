// `hookline token`: prints the token, replaces both, and makes and revokes narrow ones for others.
import type { Command } from 'commander';
import { z } from 'zod';
import { readToken, rotateTokens } from '../auth/index.ts';
import { nearest } from '../config/index.ts';
import { connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { Failure, UsageError } from './failure.ts';
import { findDaemon } from './find-daemon.ts';
import { selfCommand } from './invocation.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';
import { addCreate } from './token/create.ts';
import { addList } from './token/list.ts';
import { addRevoke } from './token/revoke.ts';

export function addToken(program: Command, terminal: Terminal): void {
  const command = program
    .command('token')
    .summary('Print or replace the token, or make one for somebody else.')
    .description(
      'Print the token that clients connect with, or replace it and the one of the hooks.\nWhoever has it can read everything your agents do; for others make a token that reaches less far.',
    )
    .argument('[what]', 'rotate, create, list or revoke; nothing to print it.')
    .option('--json', 'Print {"token": "..."} on stdout.')
    .action(async (what: string | undefined, options: { json?: true }) => {
      if (what !== undefined) throw new UsageError(unknown(what, command));
      const token = readToken(configOf(command, terminal).home);
      if (token === undefined) {
        throw new Failure(
          `there is no token yet; it is made when the daemon starts first: ${selfCommand()} start`,
        );
      }
      await terminal.print(options.json ? jsonLine({ token }) : token);
    });
  const rotate = command
    .command('rotate')
    .description(
      'Replace both tokens. A running daemon takes them up at once and closes connections that used the old ones. Tokens that were made for others stay valid.',
    )
    .option('--json', 'Print {"token": "..."} on stdout.')
    .action(async () => {
      const token = await replaceTokens(configOf(rotate, terminal).home, terminal);
      const json = rotate.optsWithGlobals<{ json?: true }>().json === true;
      await terminal.print(json ? jsonLine({ token }) : token);
    });
  addCreate(command, terminal);
  addList(command, terminal);
  addRevoke(command, terminal);
  examples(command, [
    ['hookline token', 'print it'],
    ['hookline token rotate', 'replace it, when it may have leaked'],
  ]);
  examples(rotate, [
    ['hookline token rotate', 'replace both tokens and print the new one'],
    ['hookline token rotate --json', 'the same for scripts'],
  ]);
}

function unknown(what: string, { commands }: Command): string {
  const guess = nearest(
    what,
    commands.map(one => one.name()),
  );
  const meant = guess === undefined ? '' : `; did you mean ${guess}?`;
  return `there is no token ${JSON.stringify(what)}${meant}`;
}

/** Replaces both tokens, through the daemon when there is one, and returns the new main one. */
async function replaceTokens(home: string, terminal: Terminal): Promise<string> {
  const { state } = await findDaemon(home);
  // One that may be running has to be told; if it cannot be, connectApi says what is to be done first.
  if (state === 'running' || state === 'silent' || state === 'unproven') {
    const api = await connectApi(home);
    await api.post('/api/token/rotate', z.object({ rotatedAt: z.number() }));
    terminal.say('Both tokens were replaced; the daemon closed connections that used the old ones.');
  } else {
    rotateTokens(home);
    terminal.say('Both tokens were replaced.');
  }
  const token = readToken(home);
  if (token === undefined)
    throw new Failure(`the new token is not where it should be, in ${home}; try: ${selfCommand()} doctor`);
  return token;
}
