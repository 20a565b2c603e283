// Watches the files SQLite writes to: they MUST be the ones that the next start will find.
import fs from 'node:fs';
import { StoreDamagedError } from './damage.ts';

/** The database or its journal is not where it was any more: somebody deleted or replaced it. */
export class StoreGoneError extends Error {
  readonly code = 'store_gone';
  override readonly name = 'StoreGoneError';
}

/** How a file was left. */
interface Mark {
  readonly device: number;
  readonly inode: number;
  readonly size: number;
}

/** How large the journal may stay once it was worked into the database, in bytes. */
export const JOURNAL_BYTES: number = 8 * 1024 * 1024;

/**
 * SQLite holds its files open, and goes on writing into one that has no name any more; with the process everything
 * would be gone. What was committed since the last look is lost with the rest then, so looking now and then will do.
 */
export class FileGuard {
  readonly #database: string;
  readonly #journal: string;
  #databaseMark: Mark | undefined;
  #journalMark: Mark | undefined;

  constructor(file: string) {
    this.#database = file;
    this.#journal = `${file}-wal`;
    this.mark();
  }

  /** Takes things as they are now. MUST be called whenever SQLite has made the files smaller. */
  mark(): void {
    this.#databaseMark = look(this.#database);
    this.#journalMark = look(this.#journal);
  }

  /**
   * Takes a few microseconds.
   *
   * @throws StoreGoneError, StoreDamagedError
   */
  check(): void {
    compare(this.#database, this.#databaseMark);
    compare(this.#journal, this.#journalMark, JOURNAL_BYTES);
    this.mark();
  }
}

// Never by opening it: closing it again would take away the locks that SQLite holds for this process.
function look(file: string): Mark | undefined {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return found && { device: found.dev, inode: found.ino, size: found.size };
}

/** @param most SQLite may cut it down to this by itself. */
function compare(file: string, before: Mark | undefined, most = Number.POSITIVE_INFINITY): void {
  if (!before) return;
  const now = look(file);
  if (!now) throw new StoreGoneError(`${file} was deleted while it was in use`);
  if (now.inode !== before.inode || now.device !== before.device)
    throw new StoreGoneError(`${file} was replaced while it was in use`);
  if (now.size < Math.min(before.size, most))
    throw new StoreDamagedError(`${file} was cut short while it was in use`);
}
