// `hookline dead show`: all that is known of a dead letter, and its text as it was sent.
import type { Command } from 'commander';
import { Message } from '../../protocol/index.ts';
import { connectApi } from '../api.ts';
import { configOf, examples } from '../command.ts';
import { Failure } from '../failure.ts';
import { selfCommand } from '../invocation.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine, plain, plainText } from '../text/plain.ts';
import { facts } from '../text/table.ts';
import { clock, duration } from '../text/time.ts';
import { deadFor, resourceOf } from './letters.ts';

export function addShow(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('show')
    .summary('Show a dead letter, with its reason and its text.')
    .description(
      'Show a dead letter: why it did not arrive, how often it was tried, by which way it came in, and its text as it was sent.',
    )
    .argument('<id>', 'The id of the message.')
    .option('--json', 'Print the message as JSON.')
    .action(async (id: string, { json }: { json?: true }) => {
      const api = await connectApi(configOf(command, terminal).home);
      const message = await api.get(resourceOf(id), Message);
      if (deadFor(message).length === 0)
        throw new Failure(
          `message ${message.id} is ${message.state}, and no dead letter; those are in: ${selfCommand()} dead list`,
        );
      if (json) return terminal.print(jsonLine(message));
      const rows = factsOf(message, Date.now()).map(
        ([name, value]) => [{ text: name }, { text: plain(value) }] as const,
      );
      for (const line of facts(rows, terminal.columns)) await terminal.print(line);
      await terminal.print(`\n${plainText(textOf(message))}`);
    });
  examples(command, [
    ['hookline dead show 019a7d2c-7d1e-7c3f-9a53-1b0c6c1f2a11', 'why, and what it said'],
    ['hookline dead show 019a7d2c-7d1e-7c3f-9a53-1b0c6c1f2a11 --json | jq -r .message', 'its text alone'],
  ]);
}

function factsOf(message: Message, now: number): (readonly [string, string])[] {
  const { id, to, from, via, verified, priority, createdAt, key, replyTo, inReplyTo, correlationId } =
    message;
  const { files = [], metadata = {} } = message;
  const at = (time: number): string => `${clock(time, now)} (${duration(now - time)} ago)`;
  const optional = { key, 'reply to': replyTo, 'in reply to': inReplyTo, conversation: correlationId };
  return [
    ['id', id],
    ['to', to],
    ['from', `${from}${verified ? '' : ' (unverified)'}`],
    ['way in', via],
    ['priority', priority],
    ['sent', at(createdAt)],
    ...deadFor(message).flatMap(({ name, at: since, reason, tries, path }) => [
      ['dead', `for ${name}, ${at(since)}`] as const,
      ['reason', reason ?? 'nobody knows why'] as const,
      ['tries', `${tries}${path === undefined ? '' : `, the last by ${path}`}`] as const,
    ]),
    ...Object.entries(optional).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
    ...(files.length === 0 ? [] : [['files', files.join(', ')] as const]),
    ...Object.entries(metadata).map(([name, value]) => ['metadata', `${name}=${value}`] as const),
  ];
}

const textOf = ({ message, type, payload }: Message): string =>
  message ?? `${type}: ${JSON.stringify(payload)}`;
