// Opens the durable store, and knows what to do when the file is broken, locked or not writable.
import fs from 'node:fs';
import path from 'node:path';
import { isDamage, StoreDamagedError, setAside } from './sqlite/damage.ts';
import { adviceFor, describeError, disown, howToRecover } from './sqlite/failure.ts';
import { readGenerationFile } from './sqlite/generation-file.ts';
import type { EpochEnd } from './sqlite/identity.ts';
import { NewerSchemaError } from './sqlite/schema.ts';
import { type SqliteOptions, SqliteStore } from './sqlite/store.ts';
import type { Store } from './store.ts';

export const STORE_FILE = 'events.db';

/** Another process has the store open. */
export class StoreBusyError extends Error {
  readonly code = 'store_busy';
  override readonly name = 'StoreBusyError';
}

/** What becomes of events where no file can be had. */
const IN_MEMORY = 'events are kept in memory only';

export interface StoreFileOptions extends SqliteOptions {
  /** Default `events.db`. */
  readonly name?: string;
  /** What follows when it cannot be used, for people. Default: events are kept in memory only. */
  readonly without?: string;
}

export interface Opened {
  /** Undefined when nothing durable can be had; `problem` says why. */
  readonly store: Store | undefined;
  /** What went wrong, for people: what happened, where, and what to do. */
  readonly problem: string | undefined;
  /** Why the log goes on under another epoch, for people, if it does. */
  readonly notice?: string;
}

const EPOCH_ENDS: { readonly [K in EpochEnd]: string } = {
  vanished: 'it was deleted or emptied, and every event that was in it is gone',
  copied: 'it is a copy, or was moved here',
  restored: 'it is an older state of itself, brought back',
  unwitnessed: 'it failed when it was used last, or the file beside it that names its last use is missing',
  shortened: 'its last events are missing; the journal beside it was deleted or cut short',
  power_loss: 'the machine went down while it was in use, and its last events may be missing',
};

/**
 * Opens `events.db` in `home`, or a log of another name. A damaged file is set aside, never deleted, and a new one begun.
 *
 * @throws StoreBusyError, NewerSchemaError: the daemon must not start then.
 */
export function openStore(
  home: string,
  now: () => number,
  { name = STORE_FILE, without = IN_MEMORY, ...options }: StoreFileOptions = {},
): Opened {
  const file = path.join(home, name);
  try {
    return opened(file, options);
  } catch (error) {
    refuseToShare(file, error);
    if (!isDamage(error)) return unusable(file, error, without);
    return beginAnew(file, error, { now: now(), without }, options);
  }
}

function opened(file: string, options: SqliteOptions): Opened {
  // SQLite would take the journal of another database for that of the new one.
  if (!fs.existsSync(file) && fs.existsSync(`${file}-wal`))
    throw new StoreDamagedError('its journal is here without it');
  const reached = readGenerationFile(file)?.head;
  const store = new SqliteStore(file, options);
  const { epochEnd } = store;
  if (!epochEnd) return { store, problem: undefined };
  const last = epochEnd === 'vanished' ? ` (the last one had seq ${reached})` : '';
  const notice = `${file} goes on under a new epoch: ${EPOCH_ENDS[epochEnd]}${last}`;
  return { store, problem: undefined, notice };
}

function beginAnew(
  file: string,
  damage: unknown,
  { now, without }: { readonly now: number; readonly without: string },
  options: SqliteOptions,
): Opened {
  const what = `${file} was damaged (${describeError(damage)})`;
  try {
    const aside = setAside(file, now);
    const problem = `${what}; it was set aside as ${aside} and a new log was begun. ${howToRecover(aside)}`;
    return { store: new SqliteStore(file, options), problem };
  } catch (error) {
    const { problem } = unusable(file, error, without);
    return { store: undefined, problem: `${what}, and nothing better can be had: ${problem}` };
  }
}

function unusable(file: string, error: unknown, without: string): Opened {
  disown(file);
  return {
    store: undefined,
    problem: `${file} cannot be used (${describeError(error)}); ${without}. ${adviceFor(error, file)}`,
  };
}

function refuseToShare(file: string, error: unknown): void {
  if (error instanceof NewerSchemaError) throw error;
  if (isBusy(error)) throw busy(file, error);
}

function isBusy(error: unknown): boolean {
  const { code = '' } = error as { code?: string };
  return code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED');
}

function busy(file: string, cause: unknown): StoreBusyError {
  return new StoreBusyError(
    `${file} is in use by another process, most likely another hookline; stop that one, or choose another HOOKLINE_HOME`,
    { cause },
  );
}

/** What `open` gives. @throws StoreBusyError when somebody has the file open already */
export function orBusy<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw isBusy(error) ? busy(file, error) : error;
  }
}
