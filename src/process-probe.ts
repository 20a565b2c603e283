// Tells a living process from a later one that got its pid: whether it is there, and since when.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** Whether a process with this id is there, whoever it belongs to; one that has ended and waits for its parent to notice is not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It is somebody else's: it lives.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const state = procStat(pid)?.state;
  return state !== 'Z' && state !== 'X';
}

/**
 * When a process started, as its system tells it, in one word that means nothing but "the same as before": clock ticks since
 * boot on Linux, the second elsewhere. Undefined when there is no such process, or the system does not tell.
 */
export function startTime(pid: number): string | undefined {
  return fs.existsSync('/proc/self/stat') ? procStat(pid)?.start : startByPs(pid);
}

/** The process that started one, or has adopted it; undefined when that cannot be told. */
export function parentOf(pid: number): number | undefined {
  return fs.existsSync('/proc/self/stat') ? procStat(pid)?.parent : parentByPs(pid);
}

/** Fields 3 (state), 4 (parent) and 22 (start time) of proc(5) stat; undefined where there is none. */
export function procStat(
  pid: number,
): { readonly state: string; readonly parent: number; readonly start: string } | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in parentheses, and may hold anything, parentheses too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

/** For systems without /proc, as macOS. The language and the time zone of the user must not change the answer. */
export function startByPs(pid: number): string | undefined {
  return byPs(pid, 'lstart')?.replaceAll(/\s+/g, '_');
}

export function parentByPs(pid: number): number | undefined {
  const told = byPs(pid, 'ppid');
  return told === undefined ? undefined : Number(told);
}

function byPs(pid: number, column: string): string | undefined {
  try {
    const told = execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return told.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** A variable of the environment that a process of this user was started with. Undefined where there is none, and without /proc. */
export function variableOf(pid: number, name: string): string | undefined {
  try {
    const variables = fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return variables.find(one => one.startsWith(`${name}=`))?.slice(name.length + 1);
  } catch {
    return undefined;
  }
}
