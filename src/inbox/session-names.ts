// Who is called what: the names that agents give to their sessions, and the ids of those.
import { Name } from '../protocol/index.ts';
import { InboxError } from './errors.ts';
import type { Addresses } from './ledger.ts';

/** A session that lives. */
export interface NamedSession {
  readonly sessionId: string;
  readonly name?: string | undefined;
}

/** Where a message can go that is not for a name or a session: not yet. */
const ELSEWHERE = /^(?:\*$|group:|project:|room:|mqtt:)|@/;
/** An id of a session, as agents make them. */
const ID = /^[\w-]{1,256}$/;

export class SessionNames implements Addresses {
  readonly #living: () => Iterable<NamedSession>;

  /** @param living every session that lives now */
  constructor(living: () => Iterable<NamedSession>) {
    this.#living = living;
  }

  resolve(to: string): readonly string[] {
    if (ELSEWHERE.test(to))
      throw new InboxError(
        'not_found',
        `nobody can be reached as ${JSON.stringify(to)} yet; send it to a name or a session id`,
      );
    const living = [...this.#living()];
    if (living.some(({ sessionId }) => sessionId === to)) return [to];
    const called = living.filter(({ name }) => name === to);
    if (called.length > 1)
      throw new InboxError(
        'conflict',
        `${called.length} sessions are called ${to}; send it to the id of one: ${called.map(({ sessionId }) => sessionId).join(', ')}`,
      );
    if (Name.safeParse(to).success) return [to];
    const why = ID.test(to) ? 'no session that lives has this id' : 'it is no name';
    throw new InboxError('not_found', `there is nobody called ${JSON.stringify(to)}: ${why}`);
  }

  /** Of two with one name neither is meant. */
  sessionOf(name: string): string | undefined {
    let found: string | undefined;
    for (const one of this.#living()) {
      if (one.sessionId !== name && one.name !== name) continue;
      if (found !== undefined) return undefined;
      found = one.sessionId;
    }
    return found;
  }
}
