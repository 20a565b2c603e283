// `hookline in --fifo`, `hookline in --unix`: takes lines in, as long as it runs, and sends each through the daemon.
import path from 'node:path';
import type { LineInput } from '../../config/index.ts';
import { openLineInputs, templateProblem } from '../../intake/index.ts';
import { MESSAGE_LIMITS, Name, PRIORITIES } from '../../protocol/index.ts';
import { inWords } from '../../system-error.ts';
import { durationOf, oneOf } from '../command.ts';
import { ConnectionStatus } from '../connection-status.ts';
import { Failure, UsageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { plainShort } from '../text/plain.ts';
import { LineSender } from './line-sender.ts';

export interface LineFlags {
  readonly fifo?: string;
  readonly unix?: string;
  readonly to?: string;
  readonly from?: string;
  readonly priority?: string;
  readonly ttl?: string;
  readonly template?: string;
}

/** How much of a line is shown that was not taken, in columns. */
const BEGINNING = 80;

/** The FIFO or the socket that is meant, and what becomes of its lines. @throws UsageError */
export function lineInputOf(flags: LineFlags): LineInput {
  const { fifo, unix, to, from, template } = flags;
  if (fifo !== undefined && unix !== undefined)
    throw new UsageError('--fifo and --unix are both given; run one command for each');
  if (fifo === '' || unix === '')
    throw new UsageError(`${fifo === '' ? '--fifo' : '--unix'} is empty; give a path`);
  if (to === undefined) throw new UsageError('--to is missing: the name of a session, or its id');
  if (!/^\S{1,256}$/.test(to)) throw new UsageError('--to must be a name, or the id of a session');
  if (from !== undefined && !Name.safeParse(from).success)
    throw new UsageError(
      `--from is ${JSON.stringify(from)}, but it must be a letter, then up to 63 letters, digits, ".", "_", "-"`,
    );
  const problem = template === undefined ? undefined : templateProblem(template);
  if (problem !== undefined) throw new UsageError(`--template ${problem}`);
  const priority = oneOf('--priority', flags.priority, PRIORITIES);
  const ttlMs = ttlOf(flags.ttl);
  return {
    ...(fifo === undefined ? { unix: path.resolve(unix ?? '') } : { fifo: path.resolve(fifo) }),
    to,
    ...(from === undefined ? {} : { from }),
    ...(priority === undefined ? {} : { priority }),
    ...(ttlMs === undefined ? {} : { ttlMs }),
    ...(template === undefined ? {} : { template }),
  };
}

/** Takes lines in until a signal comes. @throws Failure when the file cannot be opened, or lines were left */
export async function takeLines(input: LineInput, home: string, terminal: Terminal): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  const connection = new ConnectionStatus(terminal, { missed: 'taken' });
  const via = 'fifo' in input ? 'fifo' : 'unix';
  const sender = new LineSender({ home, via, connection, signal: stop.signal });
  let isOpen = false;
  const [reader] = openLineInputs([input], {
    send: message => sender.send(message),
    refused(what, line) {
      const beginning = line === undefined ? '' : `; it begins: ${plainShort(line, BEGINNING)}`;
      // Why it cannot be opened at all is what the command ends with.
      if (isOpen) terminal.say(`hookline: ${what}${beginning}`);
    },
    failed: (what, error) => terminal.say(`hookline: ${what} failed: ${inWords(error)}`),
    removeMade: true,
  });
  await reader?.start?.();
  const problem = reader?.health?.();
  if (problem !== undefined) throw new Failure(problem);
  isOpen = true;
  connection.say(`each line of ${reader?.name} is a message for ${input.to} (Ctrl-C ends)`);
  await sender.look();
  await untilFired(stop.signal, reader?.chores ?? []);
  await reader?.stop?.();
  const { givenUp } = sender;
  if (givenUp > 0)
    throw new Failure(
      `${givenUp} ${givenUp === 1 ? 'line' : 'lines'} of ${reader?.name} may not have been taken; they are above`,
    );
}

/** Does what has to be done again and again, until the signal fires. */
function untilFired(
  signal: AbortSignal,
  chores: readonly { readonly everyMs: number; readonly run: () => void | Promise<void> }[],
): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve();
    const timers = chores.map(({ everyMs, run }) => setInterval(() => void run(), everyMs));
    signal.addEventListener('abort', () => {
      for (const timer of timers) clearInterval(timer);
      resolve();
    });
  });
}

/** Milliseconds. @throws UsageError */
function ttlOf(text: string | undefined): number | undefined {
  const ms = durationOf('--ttl', text);
  const { least, most } = MESSAGE_LIMITS.ttlMs;
  if (ms === undefined || (ms >= least && ms <= most)) return ms;
  throw new UsageError(`--ttl is ${JSON.stringify(text)}, but it must be from 1s to 30d`);
}
