// A real disk that writes down what it is asked to do and in which order: commits with their durability, writes, fsyncs, renames.
import fs from 'node:fs';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { type Database, openDatabase, type Statement } from '../../src/log/sqlite/driver.ts';

export interface Commit {
  /** SQLite's `synchronous` as it stood at that moment. */
  readonly synchronous: 'OFF' | 'NORMAL' | 'FULL' | 'EXTRA';
  /** What was written in the transaction: `INSERT INTO events (...)`, with the values. */
  readonly writes: readonly string[];
}

const LEVELS = ['OFF', 'NORMAL', 'FULL', 'EXTRA'] as const;

export interface RecordedDatabase {
  /** For `SqliteOptions`. */
  readonly open: (file: string) => Database;
  readonly commits: readonly Commit[];
}

/** Wraps a database, the driver's or one that is wrapped already. `beforeCommit` is called with the disk as it was before. */
export function recordDatabase(
  beforeCommit: (commit: Commit) => void = () => {},
  openInner = openDatabase,
): RecordedDatabase {
  const commits: Commit[] = [];
  let writes: string[] = [];
  const open = (file: string): Database => {
    const database = openInner(file);
    const asked = (sql: string, values: readonly unknown[] = []): void => {
      if (/^\s*BEGIN/i.test(sql)) writes = [];
      else if (/^\s*(INSERT|UPDATE|DELETE|REPLACE)/i.test(sql))
        writes.push(`${sql} ${JSON.stringify(values)}`);
      if (!/^\s*COMMIT/i.test(sql)) return;
      const [level] = database.prepare('PRAGMA synchronous').rows()[0] ?? [];
      const commit = { synchronous: LEVELS[Number(level)] ?? 'OFF', writes };
      beforeCommit(commit);
      commits.push(commit);
    };
    return {
      exec(sql) {
        asked(sql);
        database.exec(sql);
      },
      prepare(sql): Statement {
        const statement = database.prepare(sql);
        return {
          ...statement,
          run(...values) {
            asked(sql, values);
            statement.run(...values);
          },
        };
      },
      close: () => database.close(),
    };
  };
  return { open, commits };
}

/**
 * Writes down what is done to the files in a folder from now on, until the test is finished: `write a`, `fsync a`,
 * `rename a b`, `remove a`, by names within it, `.` for the folder itself. What makes a temporary name unique becomes `*`.
 * A test may put words of its own in between.
 */
export function recordFiles(folder: string): string[] {
  const steps: string[] = [];
  const opened = new Map<number, string>();
  const nameOf = (file: unknown): string =>
    typeof file === 'number' ? (opened.get(file) ?? '..') : path.relative(folder, path.resolve(String(file)));
  const note = (what: string, ...files: unknown[]): void => {
    const names = files.map(nameOf);
    if (names.some(name => name.startsWith('..'))) return;
    steps.push([what, ...names.map(name => name.replace(/\.\d+-[0-9a-f]{8}$/, '.*') || '.')].join(' '));
  };
  const watch = (
    name: 'openSync' | 'writeFileSync' | 'writeSync' | 'fsyncSync' | 'renameSync' | 'rmSync',
    before: (...args: readonly unknown[]) => void,
    after: (result: unknown, file: unknown) => void = () => {},
  ): void => {
    const real = fs[name] as (...args: unknown[]) => unknown;
    const spy = vi.spyOn(fs, name).mockImplementation(((...args: unknown[]) => {
      before(...args);
      const result = real(...args);
      after(result, args[0]);
      return result;
    }) as never);
    onTestFinished(() => spy.mockRestore());
  };
  watch(
    'openSync',
    () => {},
    (descriptor, file) => opened.set(Number(descriptor), nameOf(file)),
  );
  watch('writeFileSync', file => note('write', file));
  watch('writeSync', file => note('write', file));
  watch('fsyncSync', file => note('fsync', file));
  watch('renameSync', (from, to) => note('rename', from, to));
  watch('rmSync', file => {
    if (fs.existsSync(String(file))) note('remove', file);
  });
  return steps;
}
