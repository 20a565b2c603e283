// Opens the database for somebody who is not the daemon: one that is not as it should be is left alone.
import fs from 'node:fs';
import { orBusy } from '../open.ts';
import { SqliteStore } from '../sqlite/store.ts';
import { NoLogError, noLog, openLogFile } from './read-only-log.ts';

/**
 * The store, which counts as one use of it like any other; a new one where there is none.
 *
 * @throws StoreBusyError, StoreDamagedError, NewerSchemaError, the driver's errors
 */
export function openToChange(file: string): SqliteStore {
  // A daemon that was killed leaves a journal, and the driver lets go of one only when this process ends.
  if (!fs.existsSync(`${file}-wal`)) check(file);
  return orBusy(file, () => new SqliteStore(file));
}

function check(file: string): void {
  try {
    const look = openLogFile(file);
    try {
      look.check();
    } finally {
      look.close();
    }
  } catch (error) {
    if (!(error instanceof NoLogError)) throw error;
  }
}

/** Writes the database anew, without gaps. @throws NoLogError, and as `openToChange` does */
export function vacuumFile(file: string): { readonly before: number; readonly after: number } {
  if (!fs.existsSync(file)) throw noLog(file);
  const store = openToChange(file);
  const before = store.space().bytes;
  try {
    store.vacuum();
  } finally {
    store.close();
  }
  return { before, after: fs.statSync(file).size };
}
