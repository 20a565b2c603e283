// Commands of the built CLI without a new process for each: a process that has run one is kept for the next.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Output } from './run.ts';

export interface Command {
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds after which its process is killed. */
  readonly timeout: number;
}

/** Those that run nothing now. */
const idle: ChildProcess[] = [];

/** Runs a command to its end; any exit code resolves, one that is killed (by its `timeout`, say) rejects. */
export async function runCommand(main: string, { args, env, timeout }: Command): Promise<Output> {
  const child = free();
  keepAlive(child, true);
  const mark = `\0${randomBytes(8).toString('hex')}`;
  const texts = [child.stdout, child.stderr].map(stream => textOf(stream as Readable, mark));
  const ended = endOf(child);
  const deadline = setTimeout(() => child.kill('SIGKILL'), timeout);
  child.send({ main: fs.realpathSync(main), args, env, mark });
  const { code, signal } = await ended;
  clearTimeout(deadline);
  const [stdout = '', stderr = ''] = await Promise.all(texts);
  if (signal) throw new Error(`hookline ${args.join(' ')} was killed (${signal}) after:\n${stdout}${stderr}`);
  if (child.exitCode === null) {
    keepAlive(child, false);
    idle.push(child);
  }
  return { code: code ?? 0, stdout, stderr };
}

/** Resolves once the command is over: alone, or with its process, as when it calls process.exit(). */
function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise(resolve => {
    const told = (message: unknown): void => end(message as Ended);
    const closed = (code: number | null, signal: NodeJS.Signals | null): void => end({ code, signal });
    const end = (how: Ended): void => {
      child.off('message', told).off('close', closed);
      resolve(how);
    };
    child.on('message', told).on('close', closed);
  });
}

interface Ended {
  readonly code: number | null;
  readonly signal?: NodeJS.Signals | null;
}

function free(): ChildProcess {
  const child = idle.pop() ?? start();
  return child.connected ? child : free();
}

function start(): ChildProcess {
  const script = path.join(import.meta.dirname, 'commands.js');
  return fork(script, {
    env: { HOME: os.tmpdir() },
    execArgv: [],
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  });
}

/** What comes before the mark, or before the end. */
function textOf(stream: Readable, mark: string): Promise<string> {
  let text = '';
  return new Promise(resolve => {
    const done = (): void => {
      stream.off('data', more).off('close', done);
      resolve(text.endsWith(mark) ? text.slice(0, -mark.length) : text);
    };
    const more = (chunk: string): void => {
      text += chunk;
      if (text.endsWith(mark)) done();
    };
    stream.setEncoding('utf8').on('data', more).on('close', done);
  });
}

/** An idle one must not keep the process of the tests alive. */
function keepAlive(child: ChildProcess, isKept: boolean): void {
  const handles = [child, child.channel, child.stdin, child.stdout, child.stderr];
  for (const handle of handles) {
    const { ref, unref } = handle as unknown as { ref?: () => void; unref?: () => void };
    (isKept ? ref : unref)?.call(handle);
  }
}
