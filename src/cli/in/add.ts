// `hookline in add`: makes a webhook, and says where to post to.
import fs from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import type { Command } from 'commander';
import { ensureHome } from '../../auth/index.ts';
import { newSecret, templateProblem, Webhook, Webhooks } from '../../intake/index.ts';
import { PRIORITIES } from '../../protocol/index.ts';
import { configOf, durationOf, examples, oneOf } from '../command.ts';
import { Failure, UsageError } from '../failure.ts';
import { quoted, selfCommand } from '../invocation.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine } from '../text/plain.ts';
import { baseUrl, urlOfWebhook } from './address.ts';

interface Options {
  readonly to?: string;
  readonly template?: string;
  readonly secret?: string;
  readonly secretFile?: string;
  readonly priority?: string;
  readonly ttl?: string;
  readonly replace?: true;
  readonly json?: true;
}

export function addAdd(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('add')
    .summary('Add a webhook.')
    .description(
      'Add a webhook: whatever is posted there, signed with its secret, becomes a message. Prints its address, its secret and a command that tries it.',
    )
    .argument('<name>', 'Its name, and the sender of its messages.')
    .option('--to <address>', 'Whom its messages are for: the name of a session, or its id.')
    .option(
      '--template <text>',
      'What they say, such as "{{alert.name}} on {{hosts.0}}". (default: the JSON as it was posted)',
    )
    .option(
      '--secret <secret>',
      'A secret that you have: whsec_ and base64, or any text. (default: a new one)',
    )
    .option(
      '--secret-file <file>',
      'The same from a file, or - for stdin: nobody sees it in a list of processes.',
    )
    .option('--priority <priority>', `${PRIORITIES.join(', ')}. (default: normal)`)
    .option('--ttl <duration>', 'How long its messages may wait, such as 10m. (default: 1d)')
    .option('--replace', 'Put it in the place of the one of this name, secret and all.')
    .option('--json', 'Print what there is to know as JSON.')
    .action(async (name: string, options: Options) => {
      const config = configOf(command, terminal);
      const webhook = await webhookOf(name, options, terminal);
      await save(webhook, config.home, options.replace === true);
      const { url: base, isRunning } = await baseUrl(config);
      const url = urlOfWebhook(base, name);
      if (options.json) await terminal.print(jsonLine({ ...webhook, url }));
      else await tell(webhook, url, terminal);
      if (!isRunning) terminal.say(`hookline is not running; start it with: ${selfCommand()} start`);
    });
  examples(command, [
    ['hookline in add github --to backend', 'with a new secret; messages carry the JSON'],
    ['hookline in add alerts --to ops --template "{{alerts.*.labels.alertname}}"', 'a text made of it'],
  ]);
}

async function tell({ secret }: Webhook, url: string, terminal: Terminal): Promise<void> {
  const post = `curl -d ${quoted('{"text": "hello"}')} ${quoted(`${url}?secret=${encodeURIComponent(secret)}`)}`;
  await terminal.print(`url     ${url}`);
  await terminal.print(`secret  ${secret}`);
  await terminal.print(`try it  ${post}`);
}

async function webhookOf(name: string, options: Options, terminal: Terminal): Promise<Webhook> {
  const { to, template, priority, ttl } = options;
  if (to === undefined) throw new UsageError('--to is missing: the name of a session, or its id');
  const problem = template === undefined ? undefined : templateProblem(template);
  if (problem !== undefined) throw new UsageError(`--template ${problem}`);
  const optional = {
    template,
    priority: oneOf('--priority', priority, PRIORITIES),
    ttlMs: durationOf('--ttl', ttl),
  };
  const parsed = Webhook.safeParse({
    ...{ name, to, secret: (await secretOf(options, terminal)) ?? newSecret(), createdAt: Date.now() },
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${spelt(issue?.path[0])} ${issue?.message ?? 'is not right'}`);
}

/** The word of the command line for a field. What was typed is not quoted: it may be the secret. */
function spelt(field: PropertyKey | undefined): string {
  if (field === 'name') return 'the name';
  return field === 'ttlMs' ? '--ttl, in milliseconds,' : `--${String(field)}`;
}

async function secretOf({ secret, secretFile }: Options, terminal: Terminal): Promise<string | undefined> {
  if (secretFile === undefined) return secret;
  if (secret !== undefined)
    throw new UsageError('--secret and --secret-file are both given; one of them is enough');
  if (secretFile === '-' && process.stdin.isTTY) terminal.say('Type the secret; Ctrl-D ends it.');
  try {
    const text = secretFile === '-' ? await textOf(process.stdin) : fs.readFileSync(secretFile, 'utf8');
    return text.trim();
  } catch (error) {
    throw new Failure(`--secret-file cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

async function save(webhook: Webhook, home: string, replace: boolean): Promise<void> {
  ensureHome(home);
  const webhooks = new Webhooks(home);
  if (replace) return webhooks.replace(webhook);
  if (await webhooks.add(webhook)) return;
  throw new Failure(
    `there is a webhook ${webhook.name} already; add --replace to put this one in its place, with a new secret`,
  );
}
