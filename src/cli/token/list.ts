// `hookline token list`: the tokens that were made for others.
import type { Command } from 'commander';
import type { GrantInfo } from '../../auth/index.ts';
import { configOf, examples } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine } from '../text/plain.ts';
import { table } from '../text/table.ts';
import { duration } from '../text/time.ts';
import { keeperOf } from './keeper.ts';

export function addList(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('list')
    .summary('List the tokens that were made for others.')
    .description(
      'List the tokens that were made for others, and what they are for. The tokens themselves are not kept.',
    )
    .option('--json', 'Print {"tokens": [...]} on stdout.')
    .action(async () => {
      const tokens = await (await keeperOf(configOf(command, terminal).home)).list();
      if (command.optsWithGlobals<{ json?: true }>().json) return terminal.print(jsonLine({ tokens }));
      if (tokens.length === 0) return terminal.say('No token was made for anybody.');
      const head = ['NAME', 'SCOPES', 'TO', 'FROM', 'CREATED', 'EXPIRES', 'USED'].map(text => ({ text }));
      const rows = tokens.map(token => cellsOf(token, Date.now()).map(text => ({ text })));
      for (const line of table([head, ...rows])) await terminal.print(line);
    });
  examples(command, [
    ['hookline token list', 'who has one, and for what'],
    ['hookline token list --json', 'the same for scripts; times are milliseconds since 1970'],
  ]);
}

function cellsOf(token: GrantInfo, now: number): string[] {
  const { name, scopes, to, from, createdAt, expiresAt, lastUsedAt } = token;
  const ago = (at: number): string => `${duration(now - at)} ago`;
  const left = expiresAt === undefined ? 'never' : `in ${duration(expiresAt - now)}`;
  const writes = scopes.includes('send');
  return [
    ...[name, scopes.join(','), writes ? (to?.join(' ') ?? 'everybody') : '-', from ?? '-'],
    ...[ago(createdAt), expiresAt !== undefined && expiresAt <= now ? 'expired' : left],
    lastUsedAt === undefined ? '-' : ago(lastUsedAt),
  ];
}
