// The SQLite driver, behind one file: everything else sees only what is exported here.
import { pathToFileURL } from 'node:url';
import Libsql from 'libsql';

/** A row as an array of its columns, in the order of the SELECT. */
export type Row = readonly (string | number | null)[];

export interface Statement {
  run(...values: (string | number | null)[]): void;
  /** The rows, all of them: a half-read statement would hold its snapshot of the database open. */
  rows(...values: (string | number | null)[]): Row[];
}

export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

/** @throws the driver's error, whose `code` is SQLite's (`SQLITE_FULL`, `SQLITE_CORRUPT`, ...) where it has one. */
export function openDatabase(file: string): Database {
  return wrap(new Libsql(file));
}

/** For a look at a file that MUST NOT change by it, whoever has it open; throws as `openDatabase` does. */
export function openReadOnly(file: string): Database {
  return wrap(new Libsql(`${pathToFileURL(file).href}?mode=ro`));
}

function wrap(database: Libsql.Database): Database {
  return {
    exec: sql => {
      database.exec(sql);
    },
    prepare(sql) {
      const statement = database.prepare(sql);
      // Only what returns rows can be told to return them as arrays.
      if (statement.reader) statement.raw();
      return {
        run: (...values) => {
          statement.run(values);
        },
        rows: (...values) => statement.all(values) as Row[],
      };
    },
    close: () => {
      database.close();
    },
  };
}
