// Whose messages are meant on a command line.
import { isRoom, roomAt } from '../../inbox/index.ts';
import { Name } from '../../protocol/index.ts';
import { UsageError } from '../failure.ts';
import { plainShort } from '../text/plain.ts';

/** The id of a session has messages too, when they were sent to it. */
const SESSION_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Where what waits for a name is. @throws UsageError for what nothing can wait for, such as a group */
export function inboxOf(name: string): string {
  if (Name.safeParse(name).success || SESSION_ID.test(name) || isRoom(roomAt(name) ?? ''))
    return `/api/inbox/${encodeURIComponent(name)}`;
  const shown = JSON.stringify(plainShort(name, 60));
  throw new UsageError(
    `nothing can wait for ${shown}; give one name, such as backend, the id of a session, or room:NAME: what is sent to several waits for each of them`,
  );
}
