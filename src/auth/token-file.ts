// Files that say who may come in: private, and never seen half written.
import fs from 'node:fs';

/** A token file holds something else than a token, or cannot be written; its content is never part of the message. */
export class TokenFileError extends Error {
  readonly code = 'token_file';
  override readonly name = 'TokenFileError';
}

/** Closes a file to others (mode 0600), if somebody opened it. */
export function closeToOthers(file: string): void {
  if ((fs.statSync(file).mode & 0o077) !== 0) fs.chmodSync(file, 0o600);
}

/** Where a file is written before it takes the place of another one. */
export const temporaryOf = (file: string): string => `${file}.${process.pid}.tmp`;

/** Writes what a file is to hold beside it. @throws TokenFileError; nothing is left behind then. */
export function writeBeside(file: string, text: string): void {
  const temporary = temporaryOf(file);
  try {
    fs.writeFileSync(temporary, text, { mode: 0o600, flush: true });
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw new TokenFileError(
      `${file} cannot be written (${(error as Error).message}); see to space and permissions of its folder, then try again`,
      { cause: error },
    );
  }
}
