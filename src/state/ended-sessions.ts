// What is remembered of sessions that have ended, should they go on: what was counted in them.
import type { SessionState } from '../protocol/index.ts';

type Counts = SessionState['counts'];

export type SavedEndedSessions = readonly (readonly [string, Counts])[];

/** Of those that ended before so many others nothing is remembered. */
const MOST = 2000;

export class EndedSessions {
  readonly #counts = new Map<string, Counts>();

  keep(sessionId: string, counts: Counts): void {
    this.#counts.delete(sessionId);
    this.#counts.set(sessionId, { ...counts });
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= MOST) break;
      this.#counts.delete(oldest);
    }
  }

  /** What was counted in a session that goes on; undefined for one that is not known to have ended. */
  take(sessionId: string): Counts | undefined {
    const counts = this.#counts.get(sessionId);
    this.#counts.delete(sessionId);
    return counts;
  }

  save(): SavedEndedSessions {
    return [...this.#counts];
  }

  load(saved: SavedEndedSessions): void {
    for (const [sessionId, counts] of saved) this.#counts.set(sessionId, counts);
  }
}
