// Looks at files that others name: they may not be there, or may be pipes, which would be waited for for ever.
import fs from 'node:fs';

const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = fs.constants;

/** A file descriptor to be closed by the caller; undefined when there is no such file, or it is something else. */
export function openRegular(path: string, { followLinks = true } = {}): number | undefined {
  let file: number;
  try {
    file = fs.openSync(path, O_RDONLY | O_NONBLOCK | (followLinks ? 0 : O_NOFOLLOW));
  } catch {
    return undefined;
  }
  if (fs.fstatSync(file).isFile()) return file;
  fs.closeSync(file);
  return undefined;
}

/** What the file system says of it; undefined when there is no such file, or nothing is said to us. */
export function statOf(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** For so long after a change there may be another one that a file's times do not show, in milliseconds: some file systems count in seconds. */
const UNSURE_MS = 2000;

/** What tells a file, or a folder, from what it is after a change. */
export type Stamp = Pick<fs.Stats, 'ino' | 'size' | 'mtimeMs' | 'ctimeMs'>;

/** Whether nothing has changed between two looks, as far as that shows: a writer can set the time of writing, but not that of the change. */
export function isUnchanged(before: Stamp | undefined, now: Stamp): boolean {
  return (
    before?.ino === now.ino &&
    before.size === now.size &&
    before.mtimeMs === now.mtimeMs &&
    before.ctimeMs === now.ctimeMs
  );
}

/** Whether any change that comes after this look will show. */
export function isSettled({ mtimeMs, ctimeMs }: Stamp): boolean {
  return Date.now() - Math.max(mtimeMs, ctimeMs) > UNSURE_MS;
}

export function stampOf({ ino, size, mtimeMs, ctimeMs }: fs.Stats): Stamp {
  return { ino, size, mtimeMs, ctimeMs };
}
