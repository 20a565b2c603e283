// `hookline send`: a message to a session, or to whoever has a name.
import fs from 'node:fs';
import path from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { Command } from 'commander';
import { Message, type MessageState, PRIORITIES, Sent } from '../protocol/index.ts';
import { connectApi } from './api.ts';
import { collect, configOf, examples } from './command.ts';
import { Failure, UsageError } from './failure.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';
import { parseDuration } from './text/time.ts';

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

const WAITS = ['accepted', 'delivered'] as const;
/** How long one question to the daemon waits, in milliseconds. */
const ONE_WAIT_MS = 20_000;

export function addSend(program: Command, terminal: Terminal): void {
  const command = program
    .command('send')
    .summary('Send a message to a session.')
    .description(
      'Send a message to a session, by its name or id. It wakes one that is idle, is read by one that works as soon as it can be, and waits for one that is away. Prints the id of the message.',
    )
    .option('--to <address>', 'Whom it is for: the name of a session, or its id.')
    .option('-m, --message <text>', 'The text. Default: what comes on stdin.')
    .option('--message-file <file>', 'The text is in a file.')
    .option('-f, --file <path>', 'A file it is about; may be given again.', collect)
    .option('--from <name>', 'Who sends it. (default: $HOOKLINE_NAME, $CBROKER_NAME, or cli)')
    .option('--reply-to <address>', 'Where an answer goes. (default: whoever sends it)')
    .option('--in-reply-to <id>', 'The message that this one answers.')
    .option('--correlation-id <id>', 'Your own name for the conversation.')
    .option('--priority <priority>', `${PRIORITIES.join(', ')}. (default: normal)`)
    .option('--meta <name=value>', 'Something to be told beside the text; may be given again.', collect)
    .option('--ttl <duration>', 'How long it may wait, such as 10m. (default: 1d)')
    .option('--key <key>', 'Your own id for it: the same once more within a day is not sent again.')
    .option('--wait <state>', 'Wait until it is accepted, or delivered; exit code 1 when it is not.')
    .option('--timeout <duration>', 'How long to wait for that.', '30s')
    .option('--json', 'Print what is known of the message as JSON.')
    .action(async (options: Options) => {
      const { home } = configOf(command, terminal);
      const wait = oneOf('--wait', options.wait, WAITS);
      const timeoutMs = durationOf('--timeout', options.timeout) ?? 0;
      const body = await messageOf(options, terminal);
      const api = await connectApi(home);
      const sent = await api.post('/api/messages', Sent, undefined, body);
      const message = wait === undefined ? undefined : await waitFor(sent.id, wait, timeoutMs);
      await terminal.print(options.json ? jsonLine(message ?? sent) : sent.id);
      if (message !== undefined && !hasArrived(message.state, wait)) throw missed(message, wait);

      async function waitFor(id: string, state: string, patience: number): Promise<Message> {
        const until = performance.now() + patience;
        for (;;) {
          const left = Math.max(0, until - performance.now());
          const timeout = Math.round(Math.min(left, ONE_WAIT_MS));
          const resource = `/api/messages/${id}?wait=${state}&timeoutMs=${timeout}`;
          const message = await api.get(resource, Message, timeout + 10_000);
          if (left <= ONE_WAIT_MS || hasEnded(message.state) || hasArrived(message.state, state))
            return message;
        }
      }
    });
  examples(command, [
    ['hookline send --to backend -m "The API of orders has changed."', 'to the session of that name'],
    ['hookline send --to reviewer --message-file notes.md --wait delivered', 'and wait until it has it'],
  ]);
}

const hasEnded = (state: MessageState): boolean =>
  ['expired', 'dead', 'cancelled', 'delivered'].includes(state);

const hasArrived = (state: MessageState, wanted: string | undefined): boolean =>
  state === 'delivered' || (state === 'accepted' && wanted === 'accepted');

/** No more than is known. */
function missed({ id, to, state, recipients }: Message, wanted: string | undefined): Failure {
  const reason = recipients.find(one => one.state === state)?.reason;
  const why = reason === undefined ? '' : ` (${reason})`;
  const now = `it is ${state}${why}${hasEnded(state) ? '' : ' so far'}`;
  return new Failure(`message ${id} for ${to} was not ${wanted} in time: ${now}`);
}

async function messageOf(options: Options, terminal: Terminal): Promise<object> {
  const { env } = terminal;
  const { to, message, messageFile, file, replyTo, inReplyTo, correlationId, key } = options;
  if (to === undefined) throw new UsageError('--to is missing: the name of a session, or its id');
  if (message !== undefined && messageFile !== undefined)
    throw new UsageError('--message and --message-file are both given; one of them is enough');
  const from = options.from ?? env['HOOKLINE_NAME'] ?? env['CBROKER_NAME'];
  const optional = {
    ...{ from, replyTo, inReplyTo, correlationId, key },
    priority: oneOf('--priority', options.priority, PRIORITIES),
    ttlMs: durationOf('--ttl', options.ttl),
    files: file?.map(one => path.resolve(one)),
    metadata: options.meta && Object.fromEntries(options.meta.map(pairOf)),
  };
  return {
    to,
    message: message ?? (messageFile === undefined ? await textOfStdin(terminal) : readText(messageFile)),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
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

function oneOf<T extends string>(
  option: string,
  value: string | undefined,
  all: readonly T[],
): T | undefined {
  if (value === undefined || all.includes(value as T)) return value as T | undefined;
  throw new UsageError(`${option} is ${JSON.stringify(value)}, but it must be one of ${all.join(', ')}`);
}

function durationOf(option: string, text: string | undefined): number | undefined {
  const ms = text === undefined ? undefined : parseDuration(text);
  if (text === undefined || ms !== undefined) return ms;
  throw new UsageError(`${option} is ${JSON.stringify(text)}, but it must be such as 30s, 10m, 2h or 1d`);
}
