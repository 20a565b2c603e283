// Lets a name be used by one process at a time, and frees it by itself when that process dies, however it dies.
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, startTime } from '../../process-probe.ts';
import { Failure } from '../failure.ts';

/** Times two that come in the same moment try again before one gives in. */
const TRIES = 5;

/**
 * Claims a name in a folder until `release` is called or the process ends.
 *
 * Everyone first puts down a claim and then looks at those of the others, so that of two at least one sees the other.
 *
 * @throws Failure that names the process which has it, or says what is in the way of the folder.
 */
export async function claim(folder: string, name: string): Promise<{ release(): void }> {
  makeFolder(folder);
  const own = path.join(folder, `${name}.${process.pid}.claim`);
  const release = (): void => fs.rmSync(own, { force: true });
  for (let left = TRIES; ; left--) {
    fs.writeFileSync(own, startTime(process.pid) ?? '', { mode: 0o600 });
    const other = livingClaims(folder, name).find(pid => pid !== process.pid);
    if (other === undefined) return { release };
    release();
    if (left === 1) {
      throw new Failure(
        `--resume ${name} is in use by another hookline on (process ${other}); end that one, or take another name`,
      );
    }
    await delay(randomInt(10, 60));
  }
}

function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file is in its place; move it away' : message;
    throw new Failure(`positions are kept in the folder ${folder}, but it cannot be made: ${why}`, {
      cause: error,
    });
  }
}

/** The processes that claim a name; what dead ones left behind is removed. */
function livingClaims(folder: string, name: string): number[] {
  return fs.readdirSync(folder).flatMap(entry => {
    const pid = Number(
      /^(.+)\.(\d+)\.claim$/.exec(entry)?.[1] === name ? entry.split('.').at(-2) : Number.NaN,
    );
    if (Number.isNaN(pid)) return [];
    const file = path.join(folder, entry);
    if (isAlive(pid) && startedThen(pid, file)) return [pid];
    fs.rmSync(file, { force: true });
    return [];
  });
}

/** Whether a process is the one that put down the claim, and not a later one with its pid. */
function startedThen(pid: number, file: string): boolean {
  try {
    const then = fs.readFileSync(file, 'utf8');
    return then === '' || then === (startTime(pid) ?? then);
  } catch {
    return false;
  }
}
