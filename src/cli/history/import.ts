// `hookline history import`: has the daemon take in sessions from before, and tells how that goes on.
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { type HistoryRequest, HistoryStatus } from '../../protocol/index.ts';
import { type Api, connectApi } from '../api.ts';
import { configOf, examples } from '../command.ts';
import { Failure, NoAnswer } from '../failure.ts';
import { selfCommand } from '../invocation.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine } from '../text/plain.ts';
import { MOMENT, parseMoment } from '../when.ts';
import { progressWords } from './words.ts';

interface Options {
  readonly since?: string;
  readonly project?: string;
  readonly json?: true;
}

/** How often it is asked how far the daemon is, and how often that is said, in milliseconds. */
const LOOK_MS = 500;
const SAY_MS = 2000;

export function addHistoryImport(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('import')
    .summary('Take in sessions from before hookline.')
    .description(
      'Take in finished sessions that hookline has never seen, from their transcripts: search and usage have them then, by their own days. The daemon does it in the background: Ctrl-C ends the telling and not the work, and one that is stopped or killed goes on when it starts. What hookline has is never taken in twice, and what is live now is left alone.',
    )
    .option(
      `--since ${MOMENT}`,
      'Only sessions in which something happened since: 90d, 2026-11-30. (default: all)',
    )
    .option(
      '--project <glob>',
      "Only sessions of such a folder: '/home/dev/shop/**'; without a slash its own name. (default: all)",
    )
    .option('--json', 'Print how it goes on as lines of JSON on stdout; the last one is how it ended.')
    .action(async (options: Options) => {
      const request = requestOf(options, Date.now());
      const api = await connectApi(configOf(command, terminal).home);
      await api.post('/api/history/import', HistoryStatus, undefined, request);
      await follow(api, options, terminal);
    });
  examples(command, [
    ['hookline history import', 'all there is'],
    ["hookline history import --since 90d --project '**/shop'", 'three months of one project'],
  ]);
}

/** @throws UsageError */
function requestOf({ since, project }: Options, now: number): HistoryRequest {
  const at = since === undefined ? undefined : parseMoment('--since', since, now);
  return {
    ...(at === undefined ? {} : { since: Math.max(0, at) }),
    ...(project === undefined ? {} : { project }),
  };
}

async function follow(api: Api, { json }: Options, terminal: Terminal): Promise<void> {
  const left = new AbortController();
  const leave = (): void => left.abort();
  process.once('SIGINT', leave);
  try {
    for (let saidAt = 0; ; ) {
      const status = await ask(api);
      const { import: run } = status;
      const isOver = run?.state !== 'running';
      if (isOver || performance.now() - saidAt >= SAY_MS) {
        saidAt = performance.now();
        if (json) await terminal.print(jsonLine(status));
        else terminal.say(run ? progressWords(run) : 'Nothing is under way.');
      }
      if (isOver) return ended(run?.state, terminal);
      await delay(LOOK_MS, undefined, { signal: left.signal });
    }
  } catch (error) {
    if (!left.signal.aborted) throw error;
    const self = selfCommand();
    terminal.say(`It goes on in the background; see how: ${self} history; end it: ${self} history stop`);
  } finally {
    process.removeListener('SIGINT', leave);
  }
}

function ended(state: string | undefined, terminal: Terminal): void {
  if (state !== 'done') terminal.exitCode = 1;
}

/** @throws Failure */
async function ask(api: Api): Promise<HistoryStatus> {
  try {
    return await api.get('/api/history', HistoryStatus);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    throw new Failure(
      `${error.message}; the import goes on once it runs again, see: ${selfCommand()} history`,
      { cause: error },
    );
  }
}
