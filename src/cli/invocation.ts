// How this hookline is called in another terminal, whatever folder that is in.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findHome } from '../config/index.ts';

/** How a process was started. */
export interface Caller {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The script that node runs. */
  readonly script: string;
  /** The user's home directory. */
  readonly homedir: string;
}

const own = (): Caller => ({ env: process.env, script: process.argv[1] ?? '', homedir: os.homedir() });

/** What npm puts on the PATH of what it runs, and takes away again. */
const OF_NPM = path.join('node_modules', '.bin');

/**
 * The words that run the same hookline for the same state directory (default: that of this process): every hint, page and error
 * that names a command says these.
 */
export function selfCommand(home: string = findHome(), caller: Caller = own()): string {
  const words = invocation(caller);
  return home === path.join(caller.homedir, '.hookline') ? words : `HOOKLINE_HOME=${quoted(home)} ${words}`;
}

/** The same for whatever HOOKLINE_HOME is there: `hookline` when it is on the PATH, else what runs this very script. */
export function invocation({ env, script }: Caller = own()): string {
  const file = realPath(script);
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter(folder => !folder.endsWith(OF_NPM));
  if (folders.some(folder => folder !== '' && realPath(path.join(folder, 'hookline')) === file))
    return 'hookline';
  // npx finds a package of its cache from anywhere; a checkout only from within.
  const isPackage = file?.split(path.sep).includes('node_modules') ?? false;
  return isPackage && env['npm_command'] === 'exec' ? 'npx hookline' : `node ${quoted(file ?? script)}`;
}

function realPath(file: string): string | undefined {
  try {
    return fs.realpathSync(file);
  } catch {
    return undefined;
  }
}

/** A word for the shell. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
