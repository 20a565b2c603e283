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
