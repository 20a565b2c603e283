// Which events each session has. They are listed in lots: each by itself would change a page of its own, which is half of what SQLite
// does for a hook where many sessions are at work.
import type { Database, Statement } from './driver.ts';
import type { Meta } from './meta.ts';

/** Events that may wait to be listed; whoever looks for those of a session passes them all. */
const LOT = 500;
/** The fact that tells up to which seq events are listed. */
const LISTED = 'listed';

/** To be selected from: `session` and `seq` of every event, whether it is listed or waits to be. */
export function sessionsIn(database: Database): string {
  const isListed =
    database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'session_events'").rows().length > 0;
  // The log of an older hookline, when it is only looked at, has an index of all of them.
  if (!isListed) return '(SELECT session, seq FROM events)';
  const upTo = `SELECT CAST(value AS INTEGER) FROM meta WHERE key = '${LISTED}'`;
  return `(SELECT session, seq FROM session_events UNION ALL SELECT session, seq FROM events WHERE seq > (${upTo}))`;
}

/** All of it is part of the transaction that is open; when that fails, `forget` MUST be called. */
export class SessionIndex {
  readonly #meta: Meta;
  readonly #list: Statement;
  readonly #remove: Statement;
  readonly #clear: Statement;
  readonly #remember: Statement;
  readonly #held: Statement;
  readonly #deleted: Statement;
  #known: number | undefined;

  constructor(database: Database, meta: Meta) {
    this.#meta = meta;
    this.#list = database.prepare(
      'INSERT INTO session_events (session, seq) SELECT session, seq FROM events WHERE seq > ? AND seq <= ? ORDER BY session, seq',
    );
    this.#remove = database.prepare(
      'DELETE FROM session_events WHERE (session, seq) IN (SELECT session, seq FROM events WHERE seq <= ?)',
    );
    this.#clear = database.prepare('DELETE FROM session_events');
    this.#remember = database.prepare(
      'INSERT OR IGNORE INTO told_sessions (session) SELECT DISTINCT session FROM events WHERE seq <= ?',
    );
    this.#held = database.prepare(`SELECT 1 FROM ${sessionsIn(database)} WHERE session = ? LIMIT 1`);
    this.#deleted = database.prepare('SELECT 1 FROM told_sessions WHERE session = ?');
  }

  /** The log goes up to `head` now: lists what waits, once it is a lot. */
  goesTo(head: number): void {
    if (head - this.#listed >= LOT) this.#listUpTo(head);
  }

  /** Lists everything anew: the log was empty, and goes up to `head` now, by whatever numbers. */
  beginAnew(head: number): void {
    this.#clear.run();
    this.#known = 0;
    this.#listUpTo(head);
  }

  /** The events up to there are about to be deleted. */
  deleteUpTo(seq: number): void {
    this.#remember.run(seq);
    this.#remove.run(seq);
  }

  /** Whether there is an event of a session, or was one. */
  hasHad(sessionId: string): boolean {
    return this.#held.rows(sessionId).length > 0 || this.#deleted.rows(sessionId).length > 0;
  }

  /** What was done last is not in the tables. */
  forget(): void {
    this.#known = undefined;
  }

  get #listed(): number {
    this.#known ??= Number(this.#meta.get(LISTED) ?? 0);
    return this.#known;
  }

  #listUpTo(head: number): void {
    this.#list.run(this.#listed, head);
    this.#meta.put(LISTED, String(head));
    this.#known = head;
  }
}
