// `hookline tail`: the live stream in the terminal.
import type { Command } from 'commander';
import { RefusedError, SubscriptionError } from '../client/index.ts';
import { collect, configOf, examples } from './command.ts';
import { Failure, UsageError } from './failure.ts';
import { selfCommand } from './invocation.ts';
import { follow, type TailRequest } from './tail/follow.ts';
import { topicsFor } from './tail/topics.ts';
import { unheardOf } from './tail/unheard.ts';
import type { Terminal } from './terminal.ts';
import { LATE_LEGEND } from './text/event-line.ts';
import { parseWhen, WHEN } from './when.ts';

interface TailOptions {
  readonly session?: string[];
  readonly since?: string;
  readonly all?: true;
  readonly json?: true;
  readonly raw?: true;
}

export function addTail(program: Command, terminal: Terminal): void {
  const command = program
    .command('tail')
    .summary('Watch events as they happen.')
    .description(
      'Watch events as they happen, a line each. Waits for a daemon that is not there yet, and goes on where it was after a restart.\nWithout topics it tells the essentials: a tool call as it begins, and again when it failed or took long; no states, no usage, nothing twice.',
    )
    .argument(
      '[glob...]',
      "Exactly these topics: 'tool.*', '{agent,session}.*', '**'. (default: the essentials of everything)",
    )
    .option('--all', 'A line for every event, not only the essentials.')
    .option(
      '--session <id>',
      'Only this session; the beginning of its id will do. Again for each further one.',
      collect,
    )
    .option(
      `--since ${WHEN}`,
      'Begin after this seq, that long ago (90s, 15m, 2h, 1d), with this day (2026-11-30), or at this time (2026-11-30T14:05). (default: now)',
    )
    .option('--json', 'Print each event as one line of JSON (NDJSON): every one, not only the essentials.')
    .option(
      '--raw',
      'Only events that hooks told, with the payload as the agent sent it. Globs are then names of hooks: PreToolUse, pre_*.',
    )
    .action(async (globs: string[], options: TailOptions) => {
      const { home } = configOf(command, terminal);
      const request = {
        home,
        topics: topicsFor(globs, options.raw === true),
        sessions: options.session ?? [],
        since: options.since === undefined ? undefined : parseWhen('--since', options.since),
        form: formOf(globs, options),
      };
      for (const words of unheardOf(request.topics)) terminal.say(`hookline: ${words}`);
      const stop = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
      try {
        await follow(request, terminal, stop.signal);
      } catch (error) {
        if (error instanceof SubscriptionError) throw new UsageError(error.message, { cause: error });
        if (error instanceof RefusedError)
          throw new Failure(`${error.message}; try: ${selfCommand()} doctor`, { cause: error });
        throw error;
      }
    });
  examples(command, [
    ["hookline tail 'tool.*' --since 15m", 'tool calls of the last quarter of an hour, and on'],
    ['hookline tail --json | jq .type', 'every event, for another program'],
  ]);
  command.addHelpText('after', `\n${LATE_LEGEND}`);
}

/** Who names topics, or asks for payloads, has said what is wanted. */
function formOf(globs: readonly string[], { all, json, raw }: TailOptions): TailRequest['form'] {
  if (json) return 'json';
  return all || raw || globs.length > 0 ? 'everything' : 'essentials';
}
