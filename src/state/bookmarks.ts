// How far each transcript has been told, as the events told from it say.
import type { EventDraft } from '../protocol/index.ts';

/** Most sessions remembered; beyond that a session resumed after a very long time is read again from its start. */
const SESSIONS = 5000;

export type SavedBookmarks = readonly (readonly [string, Readonly<Record<string, number>>])[];

export class Bookmarks {
  /** By session, then by subagent; the main agent has the empty name. */
  readonly #bySession = new Map<string, Map<string, number>>();

  apply({ type, sessionId, agentId, data }: EventDraft): void {
    const end = data['end'];
    if (typeof end !== 'number' || !(type.startsWith('message.') || type === 'usage.updated')) return;
    const marks = this.#bySession.get(sessionId) ?? new Map<string, number>();
    marks.set(agentId ?? '', end);
    // The session touched last is the last to be forgotten.
    this.#bySession.delete(sessionId);
    this.#bySession.set(sessionId, marks);
    for (const oldest of this.#bySession.keys()) {
      if (this.#bySession.size <= SESSIONS) break;
      this.#bySession.delete(oldest);
    }
  }

  of(sessionId: string, agentId = ''): number {
    return this.#bySession.get(sessionId)?.get(agentId) ?? 0;
  }

  save(): SavedBookmarks {
    return [...this.#bySession].map(([sessionId, marks]) => [sessionId, Object.fromEntries(marks)]);
  }

  load(saved: SavedBookmarks): void {
    for (const [sessionId, marks] of saved) this.#bySession.set(sessionId, new Map(Object.entries(marks)));
  }
}
