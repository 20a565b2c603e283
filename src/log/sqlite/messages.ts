// The tables of messages: small rows that are written again and again, and beside them what never changes.
import type { MessageQuery, MessageRow, MessageShelf, MessageWrite } from '../message-row.ts';
import type { Database, Row, Statement } from './driver.ts';

const COLUMNS = 'id, sender, key, head, ended';
/** After every id. */
const END = '\u{10ffff}';

export class SqliteMessages implements MessageShelf {
  readonly #put: Statement;
  readonly #putContent: Statement;
  readonly #list: Statement;
  readonly #open: Statement;
  readonly #find: Statement;
  readonly #withKey: Statement;
  readonly #content: Statement;
  readonly #ended: Statement;
  readonly #drops: readonly Statement[];

  constructor(database: Database) {
    const select = (rest: string): Statement => database.prepare(`SELECT ${COLUMNS} FROM messages ${rest}`);
    this.#put = database.prepare(
      `INSERT INTO messages (${COLUMNS}) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET head = excluded.head, ended = excluded.ended`,
    );
    this.#putContent = database.prepare(
      'INSERT INTO message_contents (id, content) VALUES (?, ?) ON CONFLICT (id) DO NOTHING',
    );
    this.#list = select('WHERE id < ? ORDER BY id DESC LIMIT ?');
    this.#open = select('WHERE ended IS NULL ORDER BY id');
    this.#find = select('WHERE id = ?');
    this.#withKey = select('WHERE sender = ? AND key = ? ORDER BY id DESC');
    this.#content = database.prepare('SELECT content FROM message_contents WHERE id = ?');
    this.#ended = database.prepare('SELECT id FROM messages WHERE ended < ? ORDER BY ended LIMIT ?');
    this.#drops = ['messages', 'message_contents'].map(table =>
      database.prepare(`DELETE FROM ${table} WHERE id = ?`),
    );
  }

  /** Part of the transaction that is open. */
  write({ id, sender, key, head, endedAt, content }: MessageWrite): void {
    this.#put.run(id, sender, key ?? null, head, endedAt ?? null);
    if (content !== undefined) this.#putContent.run(id, content);
  }

  list({ before = END, most }: MessageQuery): MessageRow[] {
    return this.#list.rows(before, most).map(toMessageRow);
  }

  open(): MessageRow[] {
    return this.#open.rows().map(toMessageRow);
  }

  find(id: string): MessageRow | undefined {
    return this.#find.rows(id).map(toMessageRow)[0];
  }

  withKey(sender: string, key: string): MessageRow[] {
    return this.#withKey.rows(sender, key).map(toMessageRow);
  }

  content(id: string): string | undefined {
    const [content] = this.#content.rows(id)[0] ?? [];
    return content === undefined ? undefined : String(content);
  }

  /** Part of the transaction that is open. */
  forget(endedBefore: number, most: number): number {
    const gone = this.#ended.rows(endedBefore, most);
    this.remove(gone.map(([id]) => String(id)));
    return gone.length;
  }

  /** Part of the transaction that is open. */
  remove(ids: readonly string[]): void {
    for (const id of ids) for (const drop of this.#drops) drop.run(id);
  }
}

function toMessageRow([id, sender, key, head, ended]: Row): MessageRow {
  return {
    id: String(id),
    sender: String(sender),
    key: key === null || key === undefined ? undefined : String(key),
    head: String(head),
    endedAt: ended === null || ended === undefined ? undefined : Number(ended),
  };
}
