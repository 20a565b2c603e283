// The rows of what was done, in a table of their own.
import type { ActivityMark, ActivityRow, ActivityShelf } from '../activity-row.ts';
import type { Database, Statement } from './driver.ts';
import type { Meta } from './meta.ts';
import { transaction } from './transaction.ts';

/** The fact that tells up to where rows count. */
const MARK = 'activity';

export class SqliteActivity implements ActivityShelf {
  readonly #database: Database;
  readonly #meta: Meta;
  readonly #find: Statement;
  readonly #write: Statement;
  readonly #next: Statement;
  readonly #read: Statement;
  readonly #forget: Statement;

  constructor(database: Database, meta: Meta) {
    this.#database = database;
    this.#meta = meta;
    this.#find = database.prepare(
      'SELECT counted FROM activity_rows WHERE quarter = ? AND project = ? AND kind = ? AND name = ?',
    );
    this.#write = database.prepare(
      'INSERT INTO activity_rows (quarter, project, kind, name, counted) VALUES (?, ?, ?, ?, ?) ON CONFLICT (quarter, project, kind, name) DO UPDATE SET counted = excluded.counted',
    );
    this.#next = database.prepare('SELECT min(quarter) FROM activity_rows WHERE quarter >= ?');
    this.#read = database.prepare(
      'SELECT quarter, project, kind, name, counted FROM activity_rows WHERE quarter >= ? AND quarter < ? ORDER BY quarter',
    );
    this.#forget = database.prepare('DELETE FROM activity_rows WHERE quarter < ?');
  }

  mark(): ActivityMark {
    const [seq = 0, past = 0] = (this.#meta.get(MARK) ?? '0 0').split(' ').map(Number);
    return { seq, past };
  }

  add(rows: readonly ActivityRow[], sum: (kept: string, more: string) => string, mark: ActivityMark): void {
    transaction(this.#database, () => {
      for (const { quarter, project, kind, name, counted } of rows) {
        const kept = this.#find.rows(quarter, project, kind, name)[0]?.[0];
        this.#write.run(quarter, project, kind, name, kept ? sum(String(kept), counted) : counted);
      }
      this.#put(mark);
    });
  }

  next(from: number): number | undefined {
    const quarter = this.#next.rows(from)[0]?.[0];
    return typeof quarter === 'number' ? quarter : undefined;
  }

  read(from: number, until: number): ActivityRow[] {
    return this.#read.rows(from, until).map(([quarter, project, kind, name, counted]) => ({
      quarter: Number(quarter),
      project: String(project),
      kind: String(kind),
      name: String(name),
      counted: String(counted),
    }));
  }

  forget(before: number): void {
    this.#forget.run(before);
  }

  /** Events are about to be in the log again by seqs that were counted: all that are there count from now on, above the rows. */
  countAnew(): void {
    this.#put({ ...this.mark(), seq: 0 });
  }

  #put({ seq, past }: ActivityMark): void {
    this.#meta.put(MARK, `${seq} ${past}`);
  }
}
