// A real SQLite database that fails when it is told to: at the n-th thing asked of it, and from then on or just once.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Database, openDatabase, type Statement } from '../../src/log/sqlite/driver.ts';

export interface Fault {
  /** SQLite's code: SQLITE_FULL, SQLITE_IOERR, ... */
  readonly code: string;
  /** Which of what is asked from now on fails, counted from 1. */
  readonly at: number;
  /** Whether it was done all the same: then nobody knows. Default false. */
  readonly done?: boolean;
  /** Whether everything that follows fails too, until `heal`. Default false. */
  readonly lasting?: boolean;
  /** Counts only what this is true of; default: what writes, or begins and ends a transaction. */
  readonly counts?: (sql: string) => boolean;
}

const isWrite = (sql: string): boolean => !/^\s*(SELECT|PRAGMA (?!incremental|wal))/i.test(sql);

export class FaultyDisk {
  /** Whether the fault was met. */
  struck = false;
  /** What the fault hit. */
  hit = '';
  #fault: Fault | undefined;
  #left = 0;
  readonly #opened: Database[] = [];

  /** For `SqliteOptions`. */
  readonly open = (file: string): Database => {
    const database = this.#asked('open', () => openDatabase(file));
    this.#opened.push(database);
    return {
      exec: sql => this.#asked(sql, () => database.exec(sql)),
      prepare: sql => this.#wrapped(sql, database.prepare(sql)),
      // The driver gives a file back only when its statements are collected as garbage; here `crash` does that.
      close: () => {},
    };
  };

  failAt(fault: Fault): void {
    this.#fault = fault;
    this.#left = fault.at;
    this.struck = false;
  }

  heal(): void {
    this.#fault = undefined;
  }

  /** Ends the process as far as its databases go: locks are gone, and in the folder is what was in it at this moment. */
  crash(folder: string): void {
    const found = new Map(
      fs.readdirSync(folder).map(name => [name, fs.readFileSync(path.join(folder, name))]),
    );
    for (const database of this.#opened.splice(0)) release(database);
    for (const name of fs.readdirSync(folder)) if (!found.has(name)) fs.rmSync(path.join(folder, name));
    // In place: a file that is another one by its inode would count as a copy. And only if need be: one that was written
    // to would count as changed.
    for (const [name, bytes] of found) {
      const file = path.join(folder, name);
      if (!fs.existsSync(file) || !fs.readFileSync(file).equals(bytes)) fs.writeFileSync(file, bytes);
    }
  }

  #wrapped(sql: string, statement: Statement): Statement {
    return {
      run: (...values) => this.#asked(sql, () => statement.run(...values)),
      rows: (...values) => this.#asked(sql, () => statement.rows(...values)),
    };
  }

  #asked<T>(sql: string, work: () => T): T {
    const fault = this.#fault;
    if (!fault || !(fault.counts ?? isWrite)(sql)) return work();
    this.#left--;
    if (this.#left > 0 || (this.#left < 0 && !fault.lasting)) return work();
    if (!this.struck) this.hit = sql;
    this.struck = true;
    if (fault.done) work();
    throw Object.assign(new Error(`made to fail: ${sql.slice(0, 60)}`), { code: fault.code });
  }
}

/** A folder in memory where there is one: nothing is gained by waiting for a disk hundreds of times. */
export function fastFolder(name: string): string {
  const place = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
  return fs.mkdtempSync(path.join(place, `hookline-${name}-`));
}

function release(database: Database): void {
  const steps = [
    'ROLLBACK',
    'PRAGMA journal_mode = DELETE',
    'PRAGMA locking_mode = NORMAL',
    'SELECT * FROM sqlite_master',
  ];
  for (const step of steps) {
    try {
      database.exec(step);
    } catch {
      // There may be no transaction, or no such file any more.
    }
  }
  database.close();
}
