// `hookline token create`: a token for somebody else, which reaches no further than it has to.
import type { Command } from 'commander';
import { GRANTED_SCOPES, NewGrant } from '../../auth/index.ts';
import { collect, configOf, examples } from '../command.ts';
import { UsageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine } from '../text/plain.ts';
import { parseDuration } from '../text/time.ts';
import { keeperOf } from './keeper.ts';

interface Options {
  readonly name?: string;
  readonly scopes?: string;
  readonly to?: string[];
  readonly from?: string;
  readonly ttl?: string;
}

export function addCreate(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('create')
    .summary('Make a token for somebody, which reaches no further than it has to.')
    .description(
      'Make a token for somebody, which reaches no further than it has to, and print it. It is not told again: only its digest is kept.',
    )
    .option('--name <name>', 'What it is called, and revoked by.')
    .option('--scopes <list>', `What it is for, with commas: ${GRANTED_SCOPES.join(', ')}.`)
    .option(
      '--to <pattern>',
      'Whom it may write to, and take messages of; `*` is any text. May be given again. (default: everybody)',
      collect,
    )
    .option('--from <name>', 'The only name it writes as. (default: any but that of a session)')
    .option('--ttl <duration>', 'How long it is valid, such as 30d. (default: until it is revoked)')
    .option('--json', 'Print the token and what it is for as JSON.')
    .action(async (options: Options) => {
      const { home } = configOf(command, terminal);
      const asked = askedFor(options);
      const granted = await (await keeperOf(home)).create(asked);
      const { json } = command.optsWithGlobals<{ json?: true }>();
      await terminal.print(json ? jsonLine(granted) : granted.token);
      if (asked.scopes.includes('read'))
        terminal.say('It reads everything your agents do: the scope read is not narrowed.');
    });
  examples(command, [
    ['hookline token create --name ci --scopes send --to backend --from ci --ttl 30d', 'for a build'],
    ['hookline token create --name wall --scopes read', 'for a screen on the wall'],
  ]);
}

/** @throws UsageError that names the option */
function askedFor({ name, scopes, to, from, ttl }: Options): NewGrant {
  if (name === undefined) throw new UsageError('--name is missing: what the token is called, such as ci');
  if (scopes === undefined)
    throw new UsageError(`--scopes is missing: what it is for, of ${GRANTED_SCOPES.join(', ')}`);
  const ttlMs = ttl === undefined ? undefined : parseDuration(ttl);
  if (ttl !== undefined && ttlMs === undefined)
    throw new UsageError(`--ttl is ${JSON.stringify(ttl)}, but it must be such as 12h, 30d or 8w`);
  const optional = { to, from, ttlMs };
  const asked = NewGrant.safeParse({
    name,
    scopes: scopes.split(',').map(scope => scope.trim()),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  });
  if (asked.success) return asked.data;
  const [wrong] = asked.error.issues;
  const option = String(wrong?.path[0] ?? '').replace(/Ms$/, '');
  throw new UsageError(option === '' ? `${wrong?.message}` : `--${option}: ${wrong?.message}`);
}
