// `hookline on`: a command, or a webhook, for every event.
import type { Command } from 'commander';
import { RefusedError, SubscriptionError } from '../client/index.ts';
import { configOf, examples } from './command.ts';
import { Failure, UsageError } from './failure.ts';
import { selfCommand } from './invocation.ts';
import { checkBase, type FindLink, lacksFor, makeLinks, wantsRequests } from './on/answer-link.ts';
import { type Action, type Automation, automate } from './on/automate.ts';
import { checkName } from './on/bookmark.ts';
import { findCommand, runCommand } from './on/run-command.ts';
import { readSecrets } from './on/signature.ts';
import { environmentFor } from './on/variables.ts';
import { postWebhook } from './on/webhook.ts';
import type { Where } from './on/where.ts';
import { topicsFor } from './tail/topics.ts';
import { unheardOf } from './tail/unheard.ts';
import type { Terminal } from './terminal.ts';
import { plainShort } from './text/plain.ts';
import { parseDuration } from './text/time.ts';

interface OnOptions {
  readonly session?: string[];
  readonly where?: string;
  readonly fromNow?: true;
  readonly resume?: string;
  readonly atMostOnce?: true;
  readonly concurrency?: string;
  readonly timeout?: string;
  readonly retry?: string;
  readonly webhook?: string;
  readonly secretFile?: string;
  readonly linkBase?: string;
  /** False with --no-link. */
  readonly link: boolean;
  readonly answers?: true;
}

const TIMEOUT = '60s';
/** Some ten minutes of tries, for a receiver that is being restarted. */
const WEBHOOK_RETRIES = 15;

export function addOn(program: Command, terminal: Terminal): void {
  const command = program
    .command('on')
    .summary('Run a command, or post to a webhook, for every event.')
    .usage('[options] <topic...> -- <command> [args...]')
    .description(
      `Run a command for every event, or post it to a webhook. The command is run as it stands, without a shell: the event is on its stdin as JSON, and in variables such as HOOKLINE_TYPE, HOOKLINE_SESSION_ID and HOOKLINE_DATA_TOOL_NAME. One at a time and in order, unless --concurrency says otherwise. Goes on where it was when the daemon restarts.`,
    )
    .argument('[topic...]', "Topics: 'tool.*', 'turn.completed', 'hook.*'; then --, and the command.")
    .option(
      '--session <id>',
      'Only this session; the beginning of its id, or its name, will do. Again for each further one.',
      (id: string, before: string[] = []) => [...before, id],
    )
    .option('--where <expression>', "Only events for which it is true, in CEL: 'data.success == false'.")
    .option('--from-now', 'Begin with what comes from now on. (default)')
    .option(
      '--resume <name>',
      'Keep the position under this name, and go on from there the next time: no event is left out. One that was being handled when hookline was killed is handled again.',
    )
    .option('--at-most-once', 'With --resume: such an event is not handled again.')
    .option('--concurrency <number>', 'Events handled at a time, 1 to 100. (default: 1)')
    .option('--timeout <duration>', `Most time for one, or none: 500ms, 90s, 5m. (default: ${TIMEOUT})`)
    .option(
      '--retry <number>',
      `Further tries when one failed. (default: 0, for a webhook ${WEBHOOK_RETRIES})`,
    )
    .option('--webhook <url>', 'Post each event to this URL instead, signed as Standard Webhooks asks for.')
    .option('--secret-file <file>', 'Where the secret of the webhook is: whsec_ and base64.')
    .option(
      '--link-base <url>',
      'With a webhook and permission.requested: where a phone reaches the daemon, for the link that opens the request. (default: the address of the daemon)',
    )
    .option('--no-link', 'Give the webhook no link: whoever has one may answer.')
    .option(
      '--answers',
      'With permission.requested: sessions wait for an answer, which the command may give. A webhook is always waited for.',
    )
    .action(async (words: string[], options: OnOptions) => {
      const raw = (program as Command & { rawArgs: string[] }).rawArgs;
      const cut = raw.indexOf('--');
      const line = cut < 0 ? [] : raw.slice(cut + 1);
      const topics = words.slice(0, words.length - line.length);
      const config = configOf(command, terminal);
      const { home } = config;
      const base = checkBase(options.linkBase);
      const automation = await automationOf(
        topics,
        line,
        options,
        makeLinks(home, base, words => terminal.say(`hookline: ${words}`)),
        terminal,
      );
      const lacks = base === undefined ? undefined : lacksFor(base, config);
      if (lacks !== undefined) terminal.say(`hookline: ${lacks}`);
      for (const words of unheardOf(automation.topics)) terminal.say(`hookline: ${words}`);
      await run({ home, ...automation }, terminal);
    });
  examples(command, [
    ['hookline on turn.completed -- paplay done.oga', 'a sound at the end of every turn'],
    [
      "hookline on 'tool.*' --resume audit --webhook https://box.lan/in --secret-file secret",
      'every tool call, posted',
    ],
  ]);
}

async function automationOf(
  topics: readonly string[],
  line: readonly string[],
  options: OnOptions,
  links: FindLink,
  terminal: Terminal,
): Promise<Omit<Automation, 'home'>> {
  if (topics.length === 0)
    throw new UsageError('which events? Name topics before the --, such as tool.result');
  if (options.fromNow && options.resume !== undefined)
    throw new UsageError('--from-now and --resume exclude each other; another name begins anew');
  if (options.atMostOnce && options.resume === undefined)
    throw new UsageError('--at-most-once is about what --resume NAME goes on from; give a name too');
  const timeoutMs = parseTimeout(options.timeout ?? TIMEOUT);
  const hasLinks = options.webhook !== undefined && wantsRequests(topics);
  if (options.linkBase !== undefined && !(hasLinks && options.link))
    throw new UsageError(
      '--link-base is for --webhook with the topic permission.requested, and without --no-link',
    );
  const findLink = hasLinks && options.link ? links : undefined;
  const { action, target } = actionOf(line, options, { timeoutMs, findLink }, terminal);
  return {
    topics: topicsFor(topics, false),
    sessions: options.session ?? [],
    where: options.where === undefined ? undefined : await whereOf(options.where, terminal),
    name: options.resume === undefined ? undefined : checkName(options.resume),
    atMostOnce: options.atMostOnce === true,
    concurrency: wholeNumber('--concurrency', options.concurrency ?? '1', 1, 100),
    retries: wholeNumber('--retry', options.retry ?? String(options.webhook ? WEBHOOK_RETRIES : 0), 0, 1000),
    action,
    answers: options.answers === true || options.webhook !== undefined,
    greeting: `connected; ${target} for every event (Ctrl-C ends)`,
  };
}

/** The expression; its language is loaded only for those who use it. */
async function whereOf(text: string, terminal: Terminal): Promise<Where> {
  const { compileWhere } = await import('./on/where.ts');
  return compileWhere(text, ({ type, seq }, why) => {
    const event = `${plainShort(type, 60)} ${seq}`;
    terminal.say(`hookline: --where has no answer for ${event}, which is left out (${plainShort(why, 200)})`);
  });
}

function actionOf(
  [file, ...args]: readonly string[],
  { webhook, secretFile }: OnOptions,
  {
    timeoutMs,
    findLink,
  }: { readonly timeoutMs: number | undefined; readonly findLink: FindLink | undefined },
  terminal: Terminal,
): { action: Action; target: string } {
  if (webhook !== undefined) {
    if (file !== undefined) throw new UsageError('give a command or --webhook, not both');
    if (secretFile === undefined)
      throw new UsageError('--webhook needs --secret-file, for what it posts is signed');
    const target = { url: checkUrl(webhook), secrets: readSecrets(secretFile) };
    return {
      action: async (event, { epoch, seq }, kill) => {
        const link = await findLink?.(event);
        const body = JSON.stringify(link === undefined ? event : { ...event, link });
        return postWebhook(target, { id: `${epoch}:${seq}`, body, timeoutMs, kill });
      },
      target: `posting to ${new URL(webhook).origin}`,
    };
  }
  if (file === undefined) throw new UsageError('what is to be run? Put -- and a command behind the topics');
  if (findCommand(file, terminal.env) === undefined)
    throw new UsageError(`there is no command ${JSON.stringify(file)} that could be run`);
  return {
    action: (event, { epoch }, kill) =>
      runCommand(
        { file, args },
        {
          stdin: `${JSON.stringify(event)}\n`,
          env: environmentFor(event, epoch, terminal.env),
          timeoutMs,
          kill,
        },
      ),
    target: `running ${plainShort(file, 60)}`,
  };
}

async function run(automation: Automation, terminal: Terminal): Promise<void> {
  const stop = new AbortController();
  const kill = new AbortController();
  const onSignal = (): void => (stop.signal.aborted ? kill : stop).abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  try {
    await automate(automation, terminal, { stop: stop.signal, kill: kill.signal });
  } catch (error) {
    if (error instanceof SubscriptionError) throw new UsageError(error.message, { cause: error });
    if (error instanceof RefusedError)
      throw new Failure(`${error.message}; try: ${selfCommand()} doctor`, { cause: error });
    throw error;
  }
}

function parseTimeout(text: string): number | undefined {
  if (text === 'none') return undefined;
  const ms = /^\d+ms$/.test(text) ? Number.parseInt(text, 10) : parseDuration(text);
  if (ms !== undefined && ms > 0 && ms < 2 ** 31) return ms;
  throw new UsageError(
    `--timeout is ${JSON.stringify(text)}, but it must be such as 500ms, 90s, 5m, or none`,
  );
}

function wholeNumber(option: string, text: string, low: number, high: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new UsageError(
    `${option} is ${JSON.stringify(text)}, but it must be a whole number from ${low} to ${high}`,
  );
}

function checkUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new UsageError('--webhook must be a URL such as https://box.lan/hooks');
}
