// The rows of what was used, in a table of their own.
import type { UsageMark, UsageRow, UsageShelf } from '../usage-row.ts';
import type { Database, Statement } from './driver.ts';
import type { Meta } from './meta.ts';
import { transaction } from './transaction.ts';

/** The fact that tells up to where rows count. */
const MARK = 'usage';

export class SqliteUsage implements UsageShelf {
  readonly #database: Database;
  readonly #meta: Meta;
  readonly #rows: Statement;
  readonly #write: Statement;

  constructor(database: Database, meta: Meta) {
    this.#database = database;
    this.#meta = meta;
    this.#rows = database.prepare('SELECT quarter, project, model, used FROM usage_rows ORDER BY quarter');
    this.#write = database.prepare(
      'INSERT INTO usage_rows (quarter, project, model, used) VALUES (?, ?, ?, ?) ON CONFLICT (quarter, project, model) DO UPDATE SET used = excluded.used',
    );
  }

  mark(): UsageMark | undefined {
    const text = this.#meta.get(MARK) ?? '';
    if (text === '') return undefined;
    const [seq = 0, past = 0] = text.split(' ').map(Number);
    return { seq, past };
  }

  rows(): UsageRow[] {
    return this.#rows.rows().map(([quarter, project, model, used]) => ({
      quarter: Number(quarter),
      project: String(project),
      model: String(model),
      used: String(used),
    }));
  }

  write(rows: readonly UsageRow[]): void {
    transaction(this.#database, () => {
      if (this.mark()) this.#meta.put(MARK, '');
      for (const { quarter, project, model, used } of rows) this.#write.run(quarter, project, model, used);
    });
  }

  clear(): void {
    this.#database.exec('DELETE FROM usage_rows');
  }

  done({ seq, past }: UsageMark): void {
    this.#meta.put(MARK, `${seq} ${past}`);
  }

  /** Events are about to be in the log again by seqs that were counted: all that are there count from now on, above the rows. */
  countAnew(): void {
    const mark = this.mark();
    if (mark) this.done({ ...mark, seq: 0 });
  }
}
