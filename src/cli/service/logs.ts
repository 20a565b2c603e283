// `hookline service logs`: what the daemon of the service has told: the journal has it, or its own file.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import readline from 'node:readline';
import type { Command } from 'commander';
import { configOf, examples, whole } from '../command.ts';
import { Failure } from '../failure.ts';
import { selfCommand } from '../invocation.ts';
import type { Terminal } from '../terminal.ts';
import { plain } from '../text/plain.ts';
import { findManager } from './find-manager.ts';
import { readLog } from './read-log.ts';
import { readServiceFile } from './service-file.ts';
import { type Env, isOnPath } from './tool.ts';
import { UNIT } from './unit.ts';

interface Wanted {
  readonly lines: number;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

export function addLogs(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('logs')
    .summary('Show what the daemon has told.')
    .description(
      'Show the newest lines of the log: of the file that it goes to, or of the journal of systemd, which has what the unit writes.',
    )
    .option('-n, --lines <number>', 'How many. (default: 50)', whole('--lines', 0, 1_000_000))
    .option('-f, --follow', 'Go on with what comes, until Ctrl-C.')
    .action(async ({ lines = 50, follow = false }: { lines?: number; follow?: boolean }) => {
      const { logFile } = configOf(command, terminal);
      const stop = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
      const wanted = { lines, follow, signal: stop.signal };
      let printed = 0;
      for await (const line of logOf(logFile, terminal.env, wanted)) {
        await terminal.print(plain(line));
        printed++;
      }
      if (printed === 0 && lines > 0) terminal.say('There is no line of it.');
    });
  examples(command, [
    ['hookline service logs -n 200', 'the last 200 lines'],
    ['hookline service logs --follow', 'what it tells from now on, too'],
  ]);
}

/** @throws Failure when there is none to be had */
function logOf(logFile: string | undefined, env: Env, wanted: Wanted): AsyncIterable<string> {
  const manager = logFile === undefined ? findManager(env) : undefined;
  const there = manager && readServiceFile(manager.file);
  const file = logFile ?? (there?.state === 'ours' ? there.mark.log : undefined);
  const self = selfCommand();
  if (file !== undefined) {
    if (!fs.existsSync(file) && !wanted.follow)
      throw new Failure(`there is no log yet (${file}); see whether it runs: ${self} service status`);
    return readLog(file, wanted);
  }
  if (there?.state === 'none')
    throw new Failure(
      `there is no service of hookline, and no logFile in its configuration; install one with: ${self} service install`,
    );
  if (!isOnPath('journalctl', env))
    throw new Failure(
      'there is no journalctl on PATH to read the log with; have hookline write its own: set "logFile" in config.json',
    );
  return journal(env, wanted);
}

/** Of this unit of this user, also where the user has no journal of his own. @throws Failure with what journalctl says */
async function* journal(env: Env, { lines, follow, signal }: Wanted): AsyncGenerator<string> {
  const args = [`--user-unit=${UNIT}`, '--output=cat', '--no-pager', `--lines=${lines}`];
  const child = spawn('journalctl', [...args, ...(follow ? ['--follow'] : [])], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', code => resolve(code ?? 0));
  });
  ended.catch(() => {});
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  let over = false;
  const end = (): void => void child.kill();
  signal.addEventListener('abort', end);
  try {
    yield* readline.createInterface({ input: child.stdout });
    over = true;
  } finally {
    // Whoever has read enough leaves.
    if (!over) end();
  }
  const code = await ended;
  if (code !== 0) throw new Failure(`journalctl failed (${code}): ${words.trim()}`);
}
