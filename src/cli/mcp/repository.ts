// Which git repository a folder is in, all of its worktrees being one.
import fs from 'node:fs';
import path from 'node:path';

/** The folder in which git keeps the repository; undefined when there is none. */
export function repositoryOf(folder: string): string | undefined {
  if (!path.isAbsolute(folder)) return undefined;
  for (let at = folder; ; at = path.dirname(at)) {
    const found = gitFolder(path.join(at, '.git'));
    if (found !== undefined || at === path.dirname(at)) return found;
  }
}

/** `.git` is the folder itself, or in a worktree a file that leads to it; see gitrepository-layout(5). */
function gitFolder(entry: string): string | undefined {
  try {
    if (fs.statSync(entry).isDirectory()) return fs.realpathSync(entry);
    const [, target] = /^gitdir: (.+)$/m.exec(fs.readFileSync(entry, 'utf8')) ?? [];
    if (target === undefined) return undefined;
    const own = path.resolve(path.dirname(entry), target);
    return fs.realpathSync(path.resolve(own, commonDir(own)));
  } catch {
    return undefined;
  }
}

/** What a worktree shares with the others; a submodule shares nothing. */
function commonDir(own: string): string {
  try {
    return fs.readFileSync(path.join(own, 'commondir'), 'utf8').trim();
  } catch {
    return '.';
  }
}
