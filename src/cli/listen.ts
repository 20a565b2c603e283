// `hookline listen`: takes what comes for a name, and prints it.
import type { Command } from 'commander';
import { configOf, durationOf, examples } from './command.ts';
import { Failure, UsageError } from './failure.ts';
import { inboxOf } from './inbox/holder.ts';
import { listen } from './listen/listen.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly once?: boolean;
  readonly timeout?: string;
  readonly json?: boolean;
}

export function addListen(program: Command, terminal: Terminal): void {
  const command = program
    .command('listen')
    .summary('Take what comes for a name, and print it.')
    .description(
      'Take what waits and what comes for a name, and print each message whole, in the order it is handed out. A message is acknowledged once it is printed, and counts as delivered then; one that could not be printed, as the reader was gone or this was killed, waits again half a minute later. Waits for a daemon that is not there yet, and goes on after a restart.\nIt ends with Ctrl-C. With --once the exit code is 0 when a message was printed, and 1 when none was; without it, 0 also when nothing came.',
    )
    .argument('<name>', 'Whose messages to take.')
    .option('--once', 'End after the first one.')
    .option('--timeout <duration>', 'End after that long, such as 30s or 10m, or seconds. (default: never)')
    .option('--json', 'Print each message as one line of JSON (NDJSON).')
    .action(async (name: string, { once = false, timeout, json = false }: Options) => {
      inboxOf(name);
      const timeoutMs = timeoutOf(timeout);
      const { home } = configOf(command, terminal);
      const stop = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
      const printed = await listen({ home, name, once, timeoutMs, json }, terminal, stop.signal);
      if (!once || printed > 0) return;
      if (stop.signal.aborted) terminal.exitCode = 1;
      else throw new Failure(`nothing came for ${name} (--timeout ${timeout})`);
    });
  examples(command, [
    ['hookline listen deployer --json | ./deploy', 'a program that has a name'],
    ['hookline listen me --once --timeout 5m', 'wait for an answer to send --reply-to me'],
  ]);
}

/** Milliseconds; a number alone is seconds. @throws UsageError */
function timeoutOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const ms = durationOf('--timeout', text);
  if (ms === undefined) throw new UsageError('--timeout is empty');
  return ms;
}
