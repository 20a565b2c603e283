// A transaction: all of it or nothing.
import type { Database } from './driver.ts';

/** Runs `work` as one transaction. When the commit itself fails, nobody knows whether it took place. */
export function transaction(database: Database, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    try {
      database.exec('ROLLBACK');
    } catch {
      // After some errors (a full disk among them) SQLite has rolled back by itself.
    }
    throw error;
  }
}
