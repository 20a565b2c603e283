// A look into a database that nobody has open. It changes nothing: no epoch, no generation file, no journal.
import fs from 'node:fs';
import type { LogReader } from '../event-log.ts';
import type { Filter, WordlessFilter } from '../filter.ts';
import { orBusy } from '../open.ts';
import type { LogRecord } from '../record.ts';
import type { Range, Scan, ScanLimit, Tally, TimeTally } from '../scan.ts';
import { isDamage, StoreDamagedError } from '../sqlite/damage.ts';
import { type Database, openReadOnly } from '../sqlite/driver.ts';
import { describeError } from '../sqlite/failure.ts';
import { Meta } from '../sqlite/meta.ts';
import { checkAll } from '../sqlite/opening.ts';
import { Reader } from '../sqlite/reader.ts';
import { checkSchema } from '../sqlite/schema.ts';
import { spaceOf } from '../sqlite/space.ts';
import type { ReadLimit, Space } from '../store.ts';

/** Nothing was ever logged here. */
export class NoLogError extends Error {
  readonly code = 'no_log';
  override readonly name = 'NoLogError';
}

/** Nobody can open the database to write as long as a look is open. */
export interface ReadOnlyLog extends LogReader {
  /** Reads everything. @throws StoreDamagedError */
  check(): void;
  close(): void;
}

/** @throws NoLogError, StoreBusyError, StoreDamagedError, NewerSchemaError, the driver's errors */
export function openLogFile(file: string): ReadOnlyLog {
  if (!fs.existsSync(file)) throw noLog(file);
  const shared = `${file}-shm`;
  const had = fs.existsSync(shared);
  const database = openReadOnly(file);
  const close = (): void => {
    try {
      database.exec('ROLLBACK');
    } catch {
      // It was not begun, or ended with an error.
    }
    database.close();
    // SQLite makes it to read a journal that was left behind, and cannot take it away again.
    if (!had) fs.rmSync(shared, { force: true });
  };
  try {
    return orBusy(file, () => orDamaged(file, () => new OpenedLog(file, database, close)));
  } catch (error) {
    close();
    throw error;
  }
}

class OpenedLog implements ReadOnlyLog {
  readonly epoch: string;
  readonly head: number;
  readonly oldest: number;
  readonly close: () => void;
  readonly #file: string;
  readonly #database: Database;
  readonly #reader: Reader;

  constructor(file: string, database: Database, close: () => void) {
    this.#file = file;
    this.#database = database;
    // One transaction for all of it: what is seen is of one moment, and whoever wants to write is told to wait.
    database.exec('PRAGMA busy_timeout = 1000; BEGIN');
    if (checkSchema(database, file) === 0) throw noLog(file);
    this.#reader = new Reader(database);
    const meta = new Meta(database);
    const held = this.#reader.bounds();
    this.epoch = meta.get('epoch') ?? '';
    this.head = Math.max(held?.newest ?? 0, Number(meta.get('head') ?? 0));
    this.oldest = held?.oldest ?? this.head + 1;
    this.close = close;
  }

  read(after: number, limit: ReadLimit): LogRecord[] {
    return this.#guarded(() => this.#reader.read(after, limit));
  }

  scan(range: Range, filter: Filter, limit: ScanLimit): Scan {
    return this.#guarded(() => this.#reader.scan(range, filter, limit, this));
  }

  sessionIds(prefix: string, most: number): string[] {
    return this.#guarded(() => this.#reader.sessionIds(prefix, most));
  }

  tally(range: Range, look: number): Tally {
    return this.#guarded(() => this.#reader.tally(range, look, this));
  }

  tallyByTime(range: Range, filter: WordlessFilter, width: number, look: number): TimeTally {
    return this.#guarded(() => this.#reader.tallyByTime(range, filter, width, look, this));
  }

  space(): Space {
    return spaceOf(this.#database, this.#file);
  }

  check(): void {
    this.#guarded(() => checkAll(this.#database));
  }

  #guarded<T>(work: () => T): T {
    return orDamaged(this.#file, work);
  }
}

export const noLog = (file: string): NoLogError =>
  new NoLogError(`there is no log at ${file} yet; it begins when the daemon starts`);

function orDamaged<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // A statement that does not fit the tables means that they are not what was once made.
    if (!isDamage(error) && (error as { code?: string }).code !== 'SQLITE_ERROR') throw error;
    throw new StoreDamagedError(
      `${file} is damaged (${describeError(error)}); it was left as it is. The daemon sets it aside when it starts next, and what is still readable in it can be got out with: sqlite3 ${file} .recover`,
      { cause: error },
    );
  }
}
