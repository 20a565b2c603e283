// Which Claude Code is on PATH, and how versions compare.
import { spawn } from 'node:child_process';

export type Version = readonly [major: number, minor: number, patch: number];

export function atLeast(version: Version, floor: Version): boolean {
  for (const part of [0, 1, 2] as const) {
    if (version[part] !== floor[part]) return version[part] > floor[part];
  }
  return true;
}

export function formatVersion(version: Version): string {
  return version.join('.');
}

/** Reads `2.1.329 (Claude Code)`, also below a warning; undefined when no line begins with such a number. */
export function parseVersion(text: string): Version | undefined {
  const parts = /^\s*v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?![\w.])/m.exec(text);
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : undefined;
}

export interface FindClaudeOptions {
  /** Its `PATH` is searched, and `claude` runs in it. Default: this process's. */
  env?: NodeJS.ProcessEnv;
  /** In milliseconds, default 5000: a cold start of the 250 MB program takes a second or two. */
  timeoutMs?: number;
}

/** Milliseconds in which the last words of a program that has ended arrive. */
const LAST_WORDS_MS = 200;

/** Asks the `claude` on PATH for its version; undefined when there is none, or it does not say in time. */
export function findClaudeVersion(options: FindClaudeOptions = {}): Promise<Version | undefined> {
  const { env = process.env, timeoutMs = 5000 } = options;
  return new Promise(resolve => {
    // In a group of its own, so that what it started can be ended with it.
    const child = spawn('claude', ['--version'], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    let said = '';
    let lastWords: NodeJS.Timeout | undefined;
    const finish = (version: Version | undefined): void => {
      clearTimeout(late);
      clearTimeout(lastWords);
      child.stdout.destroy();
      resolve(version);
    };
    const late = setTimeout(() => {
      endGroup(child.pid);
      finish(undefined);
    }, timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(0, 10_000);
    });
    child.on('error', () => finish(undefined));
    const ended = (code: number | null): void => finish(code === 0 ? parseVersion(said) : undefined);
    child.on('close', ended);
    // Something it left running may hold its output open for long, and is not waited for.
    child.on('exit', code => {
      lastWords = setTimeout(() => ended(code), LAST_WORDS_MS);
    });
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in this very moment.
  }
}
