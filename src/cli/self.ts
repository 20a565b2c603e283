// How this hookline is called in another terminal.
import fs from 'node:fs';
import path from 'node:path';

/** What npm puts on the PATH of what it runs, and takes away again. */
const OF_NPM = path.join('node_modules', '.bin');

/**
 * The words that run the same hookline elsewhere: `hookline` when it is on the PATH, `npx hookline` when npx runs it,
 * else node and the path of the script.
 */
export function selfCommand(env: Readonly<Record<string, string | undefined>>, script: string): string {
  if (env['npm_command'] === 'exec') return 'npx hookline';
  const own = realPath(script);
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter(folder => !folder.endsWith(OF_NPM));
  const found = folders.some(folder => folder !== '' && realPath(path.join(folder, 'hookline')) === own);
  return found ? 'hookline' : `node ${quoted(own ?? script)}`;
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
