// Runs a command for an event: no shell, the event on stdin, and an end to it when it takes too long.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { DONE, INTERRUPTED, type Outcome } from './outcome.ts';

export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
}

export interface CommandRun {
  /** What it reads. */
  readonly stdin: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds it may take; undefined for ever. */
  readonly timeoutMs: number | undefined;
  /** Ends it at once, with all it has started. */
  readonly kill: AbortSignal;
  /** Milliseconds between the polite end and the other one. Default 5,000. */
  readonly graceMs?: number;
}

/**
 * Runs it to its end. It leads a process group of its own, so that Ctrl-C in the terminal does not reach it, and whatever ends it ends
 * all it has started and nothing else.
 */
export async function runCommand({ file, args }: CommandLine, run: CommandRun): Promise<Outcome> {
  const { stdin, env, timeoutMs, kill, graceMs = 5_000 } = run;
  if (kill.aborted) return INTERRUPTED;
  let child: ChildProcess;
  try {
    child = spawn(file, args, { env, detached: true, stdio: ['pipe', 'inherit', 'inherit'] });
  } catch (error) {
    return cannotRun(file, error as NodeJS.ErrnoException);
  }
  child.stdin?.on('error', () => {}); // A command need not read what it is given.
  child.stdin?.end(stdin);
  const timers: NodeJS.Timeout[] = [];
  let late = false;
  const end = (): void => {
    late = true;
    signalGroup(child, 'SIGTERM');
    timers.push(setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs));
  };
  if (timeoutMs !== undefined) timers.push(setTimeout(end, timeoutMs));
  const killNow = (): void => signalGroup(child, 'SIGKILL');
  kill.addEventListener('abort', killNow);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (kill.aborted) return INTERRUPTED;
    if (late) {
      killNow(); // Whoever of its group is left had the same time.
      return failed(`${file} took longer than ${(timeoutMs ?? 0) / 1000} s and was ended`);
    }
    return code === 0 ? DONE : failed(`${file} ended with ${signal ?? code}`);
  } catch (error) {
    return cannotRun(file, error as NodeJS.ErrnoException);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    kill.removeEventListener('abort', killNow);
  }
}

/** Where a command is: its path, or the first of its name on the PATH; undefined when there is none that can be run. */
export function findCommand(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const places = file.includes(path.sep)
    ? [file]
    : (env['PATH'] ?? '').split(path.delimiter).map(folder => path.join(folder || '.', file));
  return places.find(place => {
    try {
      fs.accessSync(place, fs.constants.X_OK);
      return fs.statSync(place).isFile();
    } catch {
      return false;
    }
  });
}

function failed(why: string): Outcome {
  return { kind: 'failed', why, again: true };
}

function cannotRun(file: string, { code, message }: NodeJS.ErrnoException): Outcome {
  return failed(`${file} cannot be run (${code ?? message})`);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // All of it is gone already.
  }
}
