// Which inboxes are those of this server.
import type { Api } from '../api.ts';
import { Inboxes } from '../inbox.ts';
import type { Self } from './identity.ts';

/**
 * Names for which something waits that is for us: our session's, and the one we were given unless another session has it.
 *
 * @throws Failure; Error when nobody is known for whom anything could wait
 */
export async function ownInboxes(api: Api, { sessionId, name }: Self): Promise<readonly string[]> {
  if (sessionId === undefined && name === undefined)
    throw new Error(
      'nobody is known here for whom messages could wait: no session runs this server, and it was given no name; start it with --name',
    );
  const { inboxes } = await api.get('/api/inbox', Inboxes);
  return inboxes
    .filter(({ queued }) => queued > 0)
    .filter(one =>
      one.sessionId === undefined ? [name, sessionId].includes(one.name) : one.sessionId === sessionId,
    )
    .map(one => one.name);
}
