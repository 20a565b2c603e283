// Installs a package of npm that tests need and hookline does not: once, into a folder of its own under .tmp/.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './run.ts';

const cache = path.join(import.meta.dirname, '../../.tmp');
const installMs = 5 * 60_000;

export interface NpmPackage {
  /** Its name and version, as npm takes them. */
  readonly spec: string;
  /** What its folder is called. */
  readonly folder: string;
  /** The file that is wanted of it, in a folder it may be installed in; undefined while it is not. */
  readonly find: (folder: string) => string | undefined;
  /** Said on the console before it is installed. */
  readonly say: string;
}

/** The file of it that is wanted, installed first when needed; undefined when npm installed no such file. @throws what npm says */
export async function installed({ spec, folder: name, find, say }: NpmPackage): Promise<string | undefined> {
  const folder = path.join(cache, name);
  if (!find(folder)) await withLock(folder, () => installInto(folder, { spec, find, say }));
  return find(folder);
}

/** Lets one test file install at a time: whoever comes second finds what the first one installed. */
async function withLock(folder: string, work: () => Promise<void>): Promise<void> {
  const lock = `${folder}.lock`;
  fs.mkdirSync(cache, { recursive: true });
  const isMine = (): boolean => {
    try {
      fs.mkdirSync(lock);
      return true;
    } catch {
      // Left behind by a run that was killed.
      const age = Date.now() - (fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > installMs) fs.rmSync(lock, { recursive: true, force: true });
      return false;
    }
  };
  while (!isMine()) await delay(250);
  try {
    await work();
  } finally {
    fs.rmSync(lock, { recursive: true, force: true });
  }
}

/** Installs into a folder of its own and renames it into place, so that two runs at once cannot spoil each other's. */
async function installInto(
  folder: string,
  { spec, find, say }: Pick<NpmPackage, 'spec' | 'find' | 'say'>,
): Promise<void> {
  if (find(folder)) return;
  const fresh = fs.mkdtempSync(path.join(cache, 'installing-'));
  try {
    fs.writeFileSync(path.join(fresh, 'package.json'), '{"private":true}');
    console.log(say);
    // --force: npm would refuse a package on a Node older than it asks for.
    await run('npm', ['install', spec, '--force', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: fresh,
      timeout: installMs,
    });
    try {
      fs.renameSync(fresh, folder);
    } catch (error) {
      if (!find(folder)) throw error;
    }
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
}
