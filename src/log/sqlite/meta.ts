// The few facts a store keeps about itself, beside its events.
import type { Database, Statement } from './driver.ts';
import type { Remembered } from './identity.ts';

export class Meta {
  readonly #get: Statement;
  readonly #put: Statement;

  constructor(database: Database) {
    this.#get = database.prepare('SELECT value FROM meta WHERE key = ?');
    this.#put = database.prepare(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
  }

  get(key: string): string | undefined {
    const value = this.#get.rows(key)[0]?.[0];
    return typeof value === 'string' ? value : undefined;
  }

  /** Part of the transaction that is open, if one is. */
  put(key: string, value: string): void {
    this.#put.run(key, value);
  }

  /** Who wrote this file last; undefined for a new one. */
  remembered(): Remembered | undefined {
    const epoch = this.get('epoch');
    if (epoch === undefined) return undefined;
    const known = (key: string): string => this.get(key) ?? '';
    return {
      epoch,
      instance: known('instance'),
      witness: known('witness'),
      place: known('place'),
      boot: known('boot'),
      clean: known('clean') === '1',
    };
  }
}
