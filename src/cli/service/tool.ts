// Runs the tool of a manager, such as systemctl, and tells what it said.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Failure } from '../failure.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export interface Said {
  readonly code: number;
  readonly stdout: string;
  /** What it complained of, on one line. */
  readonly words: string;
}

/** Longer than any stop of ours, in milliseconds. */
const TIME_MS = 90_000;

/** Runs it to its end; any exit code resolves. @throws Failure when it cannot be run, or does not end in time */
export function ask(tool: string, args: readonly string[], env: Env): Promise<Said> {
  return new Promise((resolve, reject) => {
    const options = {
      env: { ...env, LC_ALL: 'C', SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '' },
      ...{ encoding: 'utf8' as const, timeout: TIME_MS },
    };
    execFile(tool, args, options, (error, stdout, stderr) => {
      const words = stderr.trim().replaceAll(/\s*\n\s*/g, '; ');
      if (error === null || typeof error.code === 'number')
        return resolve({ code: Number(error?.code ?? 0), stdout, words });
      const why = error.killed ? `did not end within ${TIME_MS / 1000} s` : error.message;
      reject(new Failure(`${tool} ${args.join(' ')}: ${why}`, { cause: error }));
    });
  });
}

/** The same for what has to work. @throws Failure with its words */
export async function tell(tool: string, args: readonly string[], env: Env): Promise<Said> {
  const said = await ask(tool, args, env);
  if (said.code === 0) return said;
  throw new Failure(`${tool} ${args.join(' ')} failed (${said.code}): ${said.words || said.stdout.trim()}`);
}

export function isOnPath(tool: string, env: Env): boolean {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter(folder => folder !== '');
  return folders.some(folder => {
    try {
      fs.accessSync(path.join(folder, tool), fs.constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
