// Short names for sessions: the project's folder and the start of the id, as one recognises them.
import type { EventEnvelope, SessionState } from '../../protocol/index.ts';
import { plainShort } from './plain.ts';
import { cutTo, displayWidth } from './width.ts';

/** Characters of a session id that are shown. */
export const SHORT_ID = 8;

/** Columns of a name below which it says nothing. */
const LEAST_NAME = 2;

/** The last segment of a path, whichever way its slashes lean. */
export function folderName(cwd: string): string {
  return cwd.split(/[\\/]/).findLast(part => part !== '') ?? cwd;
}

/** A name and the beginning of an id, in so many columns; what is cut is the name. */
export function nameAndId(
  name: string,
  sessionId: string,
  columns: number = Number.POSITIVE_INFINITY,
): string {
  const id = plainShort(sessionId.slice(0, SHORT_ID), SHORT_ID);
  return `${plainShort(name, Math.max(1, columns - SHORT_ID - 1))}·${id}`;
}

/** Learns the names of sessions from what passes by. */
export class Labels {
  readonly #names = new Map<string, string>();

  learnSessions(sessions: readonly SessionState[]): void {
    for (const session of sessions) this.#learn(session.sessionId, session.name ?? folderName(session.cwd));
  }

  /** What an event tells of its session's name. */
  learn({ sessionId, data }: EventEnvelope): void {
    if (sessionId !== '' && typeof data['cwd'] === 'string') this.#learn(sessionId, folderName(data['cwd']));
  }

  /**
   * `shop·8dd9`, with `›a917` for a subagent; `hookline` for the daemon's own events. Safe to show.
   *
   * @param columns how wide it may be; what is cut is the name, never an id
   */
  of({ sessionId, agentId }: EventEnvelope, columns: number): string {
    if (sessionId === '') return 'hookline';
    const name = this.#names.get(sessionId);
    const id = plainShort(sessionId.slice(0, 4), 4);
    const agent = agentId === undefined ? '' : `›${plainShort(agentId.slice(0, 4), 4)}`;
    const room = columns - displayWidth(`·${id}${agent}`);
    return `${name === undefined || room < LEAST_NAME ? '' : `${cutTo(name, room)}·`}${id}${agent}`;
  }

  /** The first name stays: a session that changes its directory is still the same one to the eye. */
  #learn(sessionId: string, name: string): void {
    if (name === '' || this.#names.has(sessionId)) return;
    if (this.#names.size >= 10_000) this.#names.clear();
    this.#names.set(sessionId, plainShort(name, 12));
  }
}
