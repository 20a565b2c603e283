// A store that fails: how it is let go of, and what people are told about it.
import path from 'node:path';
import { mendFor } from '../../system-error.ts';
import { isDamage, setAside } from './damage.ts';
import type { Database } from './driver.ts';
import { removeGenerationFile } from './generation-file.ts';

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? '';

/** The error in short, with its code where the message does not say it. */
export function describeError(error: unknown): string {
  const { message } = error as Error;
  const code = codeOf(error);
  return code === '' || code.startsWith('store_') || message.includes(code) ? message : `${code}: ${message}`;
}

/** What to do about it: a sentence that ends in restarting hookline. */
export function adviceFor(error: unknown, file: string): string {
  const folder = path.dirname(file);
  const mend =
    codeOf(error) === 'store_gone'
      ? `Leave the files alone while hookline runs in ${folder}`
      : (mendFor(error, folder) ?? `Check permissions and free space of ${folder}`);
  return `${mend}, then restart hookline`;
}

/**
 * Ends the epoch of a database that is not used from now on: events will be acknowledged that it does not hold, and
 * whoever comes with a position in its epoch must hear of that. On a disk that takes no change at all it cannot be done.
 */
export function disown(file: string): void {
  attempt(() => removeGenerationFile(file));
}

/** See `Store.abandon`. */
export function letGo(file: string, database: Database, error: unknown): string {
  disown(file);
  const aside = isDamage(error) ? attempt(() => setAside(file, Date.now())) : undefined;
  attempt(() => database.close());
  const what = `${file} failed (${describeError(error)})`;
  const now = 'events are kept in memory only from now on, under a new epoch';
  return aside === undefined
    ? `${what}; ${now}. ${adviceFor(error, file)}`
    : `${what}; it was set aside as ${aside}, and ${now}. Restart hookline to begin a new log on the disk. ${howToRecover(aside)}`;
}

/** What can be done with a damaged database. */
export const howToRecover = (aside: string): string =>
  `What is still readable in the old one can be got out with: sqlite3 ${aside} .recover`;

/** One step that fails must not keep the others from being done. */
function attempt<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch {
    return undefined;
  }
}
