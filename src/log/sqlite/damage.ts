// A database that is not whole: how it is recognised, and how it is put out of the way.
import fs from 'node:fs';

/** The database lacks something that was written to it. */
export class StoreDamagedError extends Error {
  readonly code = 'store_damaged';
  override readonly name = 'StoreDamagedError';
}

/** True when it is the file itself that is broken, and not the disk, its space or its permissions. */
export function isDamage(error: unknown): boolean {
  const { code = '' } = error as { code?: string };
  return error instanceof StoreDamagedError || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

/** Renames the database with all that belongs to it, and returns its new name; nothing is deleted. */
export function setAside(file: string, now: number): string {
  const named = `${file}.damaged-${new Date(now).toISOString().replaceAll(':', '-')}`;
  let aside = named;
  for (let again = 2; fs.existsSync(aside); again++) aside = `${named}-${again}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (fs.existsSync(file + suffix)) fs.renameSync(file + suffix, aside + suffix);
  }
  return aside;
}
