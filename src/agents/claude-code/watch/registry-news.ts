// What the agents' own register says about a session that the log does not say yet.

import type { EventDataOf, SessionState } from '../../../protocol/index.ts';
import type { SessionFile } from './session-files.ts';

type Known = Pick<SessionState, (typeof FACTS)[number] | 'name'>;

const FACTS = ['pid', 'procStart', 'version', 'entrypoint', 'kind'] as const;

/**
 * The data of a `session.updated`; empty when there is nothing to tell.
 *
 * @param toldAt the time of the last status that was told, in milliseconds since 1970: one is told only when it is newer.
 */
export function news(entry: SessionFile, known: Known, toldAt: number): EventDataOf<'session.updated'> {
  const changes: Record<string, unknown> = {};
  for (const fact of FACTS) {
    if (entry[fact] !== undefined && entry[fact] !== known[fact]) changes[fact] = entry[fact];
  }
  if (isBetterName(entry, known.name)) changes['name'] = entry.name;
  const { status, statusUpdatedAt, waitingFor } = entry;
  if (status !== undefined && statusUpdatedAt !== undefined && statusUpdatedAt > toldAt) {
    changes['status'] = status;
    changes['statusAt'] = statusUpdatedAt;
    if (waitingFor !== undefined) changes['waitingFor'] = waitingFor;
  }
  return changes;
}

/** A name the agent made up from the folder's does not replace a title. */
function isBetterName({ name, nameSource }: SessionFile, known: string | undefined): boolean {
  return name !== undefined && name !== known && (known === undefined || nameSource !== 'derived');
}
