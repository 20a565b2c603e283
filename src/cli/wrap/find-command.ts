// Finds what a command name runs, as a shell would.
import fs from 'node:fs';
import path from 'node:path';

/** The file; undefined when there is none that may be run. @param searchPath the value of PATH */
export function findCommand(name: string, searchPath = ''): string | undefined {
  const files = name.includes('/')
    ? [path.resolve(name)]
    : searchPath.split(path.delimiter).map(folder => path.resolve(folder, name));
  return files.find(isRunnable);
}

function isRunnable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
