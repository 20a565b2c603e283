// Opens the durable store, and knows what to do when the file is broken, locked or not writable.
import fs from 'node:fs';
import path from 'node:path';
import { NewerSchemaError } from './sqlite/schema.ts';
import { SqliteStore } from './sqlite/store.ts';
import type { Store } from './store.ts';

export const STORE_FILE = 'events.db';

/** Another process has the store open. */
export class StoreBusyError extends Error {
  readonly code = 'store_busy';
  override readonly name = 'StoreBusyError';
}

export interface Opened {
  /** Undefined when nothing durable can be had; `problem` says why. */
  readonly store: Store | undefined;
  /** What went wrong, for people: what happened, where, and what to do. */
  readonly problem: string | undefined;
}

/**
 * Opens `events.db` in `home`. A damaged file is set aside, never deleted, and a new one begun.
 *
 * @throws StoreBusyError, NewerSchemaError: the daemon must not start then.
 */
export function openStore(home: string, now: () => number): Opened {
  const file = path.join(home, STORE_FILE);
  try {
    return { store: new SqliteStore(file), problem: undefined };
  } catch (error) {
    if (error instanceof NewerSchemaError) throw error;
    const { code, message } = error as { code?: string; message: string };
    if (code?.startsWith('SQLITE_BUSY') || code?.startsWith('SQLITE_LOCKED')) {
      throw new StoreBusyError(
        `${file} is in use by another process, most likely another hookline; stop it with \`hookline stop\`, or choose another HOOKLINE_HOME`,
        { cause: error },
      );
    }
    if (code !== 'SQLITE_CORRUPT' && code !== 'SQLITE_NOTADB') {
      return {
        store: undefined,
        problem: `${file} cannot be used (${code || message}); events are kept in memory only. Check the folder's permissions and the free space, then restart hookline`,
      };
    }
    const aside = setAside(file, now());
    return {
      store: new SqliteStore(file),
      problem: `${file} was damaged (${code}); it was set aside as ${aside} and a new log was begun`,
    };
  }
}

function setAside(file: string, now: number): string {
  const aside = `${file}.damaged-${new Date(now).toISOString().replaceAll(':', '-')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (fs.existsSync(file + suffix)) fs.renameSync(file + suffix, aside + suffix);
  }
  return aside;
}
