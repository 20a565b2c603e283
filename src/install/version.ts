// Which Claude Code is on PATH, and how versions compare.
import { execFile } from 'node:child_process';

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

/** Reads `2.1.329 (Claude Code)`; undefined when there is no such number at the start. */
export function parseVersion(text: string): Version | undefined {
  const parts = /^\s*v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})/.exec(text);
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : undefined;
}

export interface FindClaudeOptions {
  /** Its `PATH` is searched, and `claude` runs in it. Default: this process's. */
  env?: NodeJS.ProcessEnv;
  /** In milliseconds, default 5000: a cold start of the 250 MB program takes a second or two. */
  timeoutMs?: number;
}

/** Asks the `claude` on PATH for its version; undefined when there is none, or it does not say in time. */
export function findClaudeVersion(options: FindClaudeOptions = {}): Promise<Version | undefined> {
  const { env = process.env, timeoutMs = 5000 } = options;
  return new Promise(resolve => {
    const child = execFile(
      'claude',
      ['--version'],
      { env, timeout: timeoutMs, killSignal: 'SIGKILL' },
      (error, stdout) => resolve(error ? undefined : parseVersion(stdout)),
    );
    child.stdin?.end();
  });
}
