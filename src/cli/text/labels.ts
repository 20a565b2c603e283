// Short names for sessions: the project's folder and the start of the id, as one recognises them.
import type { EventEnvelope, SessionState } from '../../protocol/index.ts';
import { plainShort } from './plain.ts';

/** Characters of a session id that are shown. */
export const SHORT_ID = 8;

/** The last segment of a path, whichever way its slashes lean. */
export function folderName(cwd: string): string {
  return cwd.split(/[\\/]/).findLast(part => part !== '') ?? cwd;
}

/** Learns the names of sessions from what passes by. */
export class Labels {
  readonly #names = new Map<string, string>();

  learnSessions(sessions: readonly SessionState[]): void {
    for (const session of sessions) this.#learn(session.sessionId, session.name ?? folderName(session.cwd));
  }

  /** `shop·8dd9`, with `›a917` for a subagent; `hookline` for the daemon's own events. Safe to show. */
  of({ sessionId, agentId, data }: EventEnvelope): string {
    if (sessionId === '') return 'hookline';
    if (typeof data['cwd'] === 'string') this.#learn(sessionId, folderName(data['cwd']));
    const name = this.#names.get(sessionId);
    const id = plainShort(sessionId.slice(0, 4), 4);
    const agent = agentId === undefined ? '' : `›${plainShort(agentId.slice(0, 4), 4)}`;
    return `${name === undefined ? '' : `${name}·`}${id}${agent}`;
  }

  /** The first name stays: a session that changes its directory is still the same one to the eye. */
  #learn(sessionId: string, name: string): void {
    if (name === '' || this.#names.has(sessionId)) return;
    if (this.#names.size >= 10_000) this.#names.clear();
    this.#names.set(sessionId, plainShort(name, 12));
  }
}
