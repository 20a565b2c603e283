// `hookline send`: a message to a session, or to whoever has a name.
import fs from 'node:fs';
import path from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { Command } from 'commander';
import { PRIORITIES, Sent } from '../protocol/index.ts';
import { type Api, connectApi } from './api.ts';
import { collect, configOf, durationOf, examples, oneOf } from './command.ts';
import { Failure, UsageError } from './failure.ts';
import { NamesAnswer } from './names/answers.ts';
import { isAnswered, printAnswers } from './send/answers.ts';
import { hasArrived, missed, waitFor } from './send/wait.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';

interface Options {
  readonly to?: string;
  readonly message?: string;
  readonly messageFile?: string;
  readonly file?: string[];
  readonly from?: string;
  readonly replyTo?: string;
  readonly inReplyTo?: string;
  readonly correlationId?: string;
  readonly priority?: string;
  readonly meta?: string[];
  readonly ttl?: string;
  readonly key?: string;
  readonly wait?: string;
  readonly timeout: string;
  readonly json?: true;
}

const WAITS = ['accepted', 'delivered', 'answered'] as const;

export function addSend(program: Command, terminal: Terminal): void {
  const command = program
    .command('send')
    .summary('Send a message to a session.')
    .description(
      'Send a message to a session, by its name or id. It wakes one that is idle, is read by one that works as soon as it can be, and waits for one that is away. Prints the id of the message.',
    )
    .option(
      '--to <address>',
      'Whom it is for: the name of a session, its id, group:NAME, project:GLOB, room:NAME, or * for everybody.',
    )
    .option('-m, --message <text>', 'The text. Default: what comes on stdin.')
    .option('--message-file <file>', 'The text is in a file.')
    .option('-f, --file <path>', 'A file it is about; may be given again.', collect)
    .option(
      '--from <name>',
      'Who sends it. (default: $HOOKLINE_NAME, $CBROKER_NAME, the session it is run in, or cli)',
    )
    .option('--reply-to <address>', 'Where an answer goes. (default: whoever sends it)')
    .option('--in-reply-to <id>', 'The message that this one answers.')
    .option(
      '--correlation-id <id>',
      'Your own name for the conversation; the id of a message is as --in-reply-to.',
    )
    .option('--priority <priority>', `${PRIORITIES.join(', ')}. (default: normal)`)
    .option('--meta <name=value>', 'Something to be told beside the text; may be given again.', collect)
    .option('--ttl <duration>', 'How long it may wait, such as 10m. (default: 1d)')
    .option('--key <key>', 'Your own id for it: the same once more within a day is not sent again.')
    .option(
      '--wait <state>',
      'Wait until it is accepted, delivered, or answered, and print the answer; exit code 1 when it is not.',
    )
    .option('--timeout <duration>', 'How long to wait for that.', '30s')
    .option('--json', 'Print what is known of the message as JSON.')
    .action(async (options: Options) => {
      const { home } = configOf(command, terminal);
      const wait = oneOf('--wait', options.wait, WAITS);
      const timeoutMs = durationOf('--timeout', options.timeout) ?? 0;
      const typed = await messageOf(options, terminal);
      const api = await connectApi(home);
      const body = { ...typed, from: typed.from ?? (await sessionName(api, terminal.env)) };
      const sent = await api.post('/api/messages', Sent, undefined, body);
      if (wait === undefined) return terminal.print(options.json ? jsonLine(sent) : sent.id);
      const message = await waitFor(api, sent.id, wait, timeoutMs);
      if (wait === 'answered' && isAnswered(message))
        return printAnswers(api, message, options.json, terminal);
      await terminal.print(options.json ? jsonLine(message) : sent.id);
      if (wait === 'answered' || !hasArrived(message.state, wait)) throw missed(message, wait);
    });
  examples(command, [
    ['hookline send --to backend -m "The API of orders has changed."', 'to the session of that name'],
    ['hookline send --to reviewer --message-file notes.md --wait delivered', 'and wait until it has it'],
    ['hookline send --to backend -m "Which port?" --wait answered --timeout 5m', 'print what it answers'],
  ]);
}

async function messageOf(
  options: Options,
  terminal: Terminal,
): Promise<Readonly<Record<string, unknown>> & { readonly from?: string }> {
  const { env } = terminal;
  const { to, message, messageFile, file, replyTo, inReplyTo, correlationId, key } = options;
  if (to === undefined) throw new UsageError('--to is missing: the name of a session, or its id');
  if (message !== undefined && messageFile !== undefined)
    throw new UsageError('--message and --message-file are both given; one of them is enough');
  const from = options.from ?? env['HOOKLINE_NAME'] ?? env['CBROKER_NAME'];
  const optional = {
    ...{ replyTo, inReplyTo, correlationId, key },
    priority: oneOf('--priority', options.priority, PRIORITIES),
    ttlMs: durationOf('--ttl', options.ttl),
    files: file?.map(one => path.resolve(one)),
    metadata: options.meta && Object.fromEntries(options.meta.map(pairOf)),
  };
  return {
    to,
    ...(from === undefined ? {} : { from }),
    message: message ?? (messageFile === undefined ? await textOfStdin(terminal) : readText(messageFile)),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

/** In which session Claude Code runs a command (2.1.332). */
const SESSION_VARIABLE = 'CLAUDE_CODE_SESSION_ID';

/** What the session is called that this command is run in, or its id; undefined outside of one. */
async function sessionName(api: Api, env: Terminal['env']): Promise<string | undefined> {
  const sessionId = env[SESSION_VARIABLE];
  if (sessionId === undefined || sessionId === '') return undefined;
  const { names } = await api.get('/api/names', NamesAnswer);
  return names.find(one => one.live && one.sessionId === sessionId)?.name ?? sessionId;
}

async function textOfStdin(terminal: Terminal): Promise<string> {
  if (process.stdin.isTTY) terminal.say('Type the message; Ctrl-D ends it.');
  return textOf(process.stdin);
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(`--message-file cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function pairOf(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`--meta is ${JSON.stringify(text)}, but it must be such as ticket=42`);
}
