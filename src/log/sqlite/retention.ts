// Which events have to go, and how they go.
import type { PruneLimits } from '../store.ts';
import type { Database, Statement } from './driver.ts';
import type { SessionIndex } from './session-index.ts';

/** Most events deleted at a time, so that nobody waits for long. */
export const PRUNE_ROWS = 2000;

const PAGES_USED =
  'SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s';

export class Retention {
  readonly #firstSince: Statement;
  readonly #pages: Statement;
  readonly #deletions: readonly Statement[];
  readonly #sessions: SessionIndex;

  constructor(database: Database, sessions: SessionIndex) {
    this.#sessions = sessions;
    this.#firstSince = database.prepare(
      'SELECT seq FROM events WHERE timestamp >= ? AND seq <= ? ORDER BY seq LIMIT 1',
    );
    this.#pages = database.prepare(PAGES_USED);
    this.#deletions = ['events', 'payloads'].map(table =>
      database.prepare(`DELETE FROM ${table} WHERE seq <= ?`),
    );
  }

  /** The last seq to delete in this go; less than `oldest` when all may stay. */
  lastToGo({ olderThan, bytes, upTo }: PruneLimits, oldest: number, head: number): number {
    const end = Math.min(head, upTo ?? head, oldest + PRUNE_ROWS - 1);
    return Math.min(end, Math.max(this.#lastBefore(olderThan, end), this.#lastBeyond(bytes, oldest, head)));
  }

  /** Part of the transaction that is open. */
  deleteUpTo(seq: number): void {
    this.#sessions.deleteUpTo(seq);
    for (const deletion of this.#deletions) deletion.run(seq);
  }

  /** The last seq up to `end` before which everything is older than `time`. */
  #lastBefore(time: number, end: number): number {
    const first = this.#firstSince.rows(time, end)[0]?.[0];
    return typeof first === 'number' ? first - 1 : end;
  }

  /** The last seq that has to go for the file to fit, reckoned from what an event takes up on average. */
  #lastBeyond(bytes: number, oldest: number, head: number): number {
    const used = Number(this.#pages.rows()[0]?.[0] ?? 0);
    const events = head - oldest + 1;
    return used <= bytes || events === 0 ? 0 : oldest - 1 + Math.ceil((events * (used - bytes)) / used);
  }
}
