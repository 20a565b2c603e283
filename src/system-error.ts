// Tells what the machine refuses, such as a full disk or a missing right, from a bug, and says it in words.
import path from 'node:path';

/** Codes of SQLite that tell of the file and its disk, not of a statement that is wrong. */
const OF_THE_FILE =
  /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM|AUTH|BUSY|LOCKED|CORRUPT|NOTADB|NOMEM|PROTOCOL)(_|$)/;

const MENDS: readonly { readonly codes: RegExp; readonly mend: (folder: string) => string }[] = [
  { codes: /^(SQLITE_FULL|ENOSPC|EDQUOT)/, mend: folder => `Make room on the disk of ${folder}` },
  {
    codes: /^(SQLITE_(READONLY|PERM|CANTOPEN)|EROFS|EACCES|EPERM)/,
    mend: folder => `Let hookline write to ${folder}`,
  },
  { codes: /^(SQLITE_IOERR|EIO)/, mend: folder => `See whether the disk fails that holds ${folder}` },
  { codes: /^(EMFILE|ENFILE)/, mend: () => 'Let hookline have more open files (ulimit -n)' },
];

/** Whether the system, or SQLite on its behalf, refused something; nothing of ours need be wrong then. */
export function isSystemError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'syscall' in error || OF_THE_FILE.test(codeOf(error));
}

/** What can be done about it, without a full stop; undefined where the error itself says all there is. */
export function mendFor(error: unknown, folder: string): string | undefined {
  return MENDS.find(({ codes }) => codes.test(codeOf(error)))?.mend(folder);
}

/**
 * A failure as a log should have it: in words where the system refused, with the stack where it is a bug.
 *
 * @param folder what is meant where the system does not name a file
 */
export function inWords(error: unknown, folder = 'HOOKLINE_HOME'): string {
  if (!(error instanceof Error)) return String(error);
  if (isSystemError(error)) {
    const { path: file } = error as NodeJS.ErrnoException;
    const mend = mendFor(error, file === undefined ? folder : path.dirname(file));
    return mend === undefined ? error.message : `${error.message}. ${mend}`;
  }
  // An error of ours, made of one of the system: its words are the better ones.
  return isSystemError(error.cause) ? error.message : (error.stack ?? error.message);
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? '');
