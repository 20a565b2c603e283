// A transaction: all of it or nothing.
import type { Database } from './driver.ts';

/** Runs `work` as one transaction. When the commit itself fails, nobody knows whether it took place. */
export function transaction(database: Database, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** The same for work that takes its time; nobody else may use the database meanwhile. */
export async function longTransaction<T>(database: Database, work: () => Promise<T>): Promise<T> {
  database.exec('BEGIN IMMEDIATE');
  try {
    const done = await work();
    database.exec('COMMIT');
    return done;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // After some errors (a full disk among them) SQLite has rolled back by itself.
  }
}
