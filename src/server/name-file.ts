// Where the names that were given to sessions are kept: `names.json` in the state directory.
import fs from 'node:fs';
import path from 'node:path';
import { type NameShelf, SessionNames, type SessionNamesOptions } from '../inbox/index.ts';
import { writePrivate } from '../private-file.ts';

/** The file is not what hookline wrote; nothing is written over it. */
export class NameFileError extends Error {
  readonly code = 'name_file';
  override readonly name = 'NameFileError';
}

/** Nothing is kept. */
const NOWHERE: NameShelf = { saved: undefined, save: async () => {} };

/**
 * @param home the state directory; undefined: names are forgotten when the daemon stops
 * @throws NameFileError
 */
export function openNames(
  home: string | undefined,
  options: Omit<SessionNamesOptions, 'shelf'>,
): SessionNames {
  if (home === undefined) return new SessionNames({ ...options, shelf: NOWHERE });
  const file = path.join(home, 'names.json');
  const saved = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
  try {
    return new SessionNames({ ...options, shelf: { saved, save: text => writePrivate(file, text) } });
  } catch (error) {
    throw new NameFileError(`${file} is not what hookline wrote there; mend it, or move it away`, {
      cause: error,
    });
  }
}
