// Which session is meant, over or not.
import { z } from 'zod';
import type { SessionState } from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import { Failure, UsageError } from '../failure.ts';
import { selfCommand } from '../invocation.ts';
import { fitting } from '../tail/sessions.ts';
import { folderName } from '../text/labels.ts';
import { plainShort } from '../text/plain.ts';
import { BySession } from '../usage/report.ts';

const InLog = z.object({ sessionIds: z.array(z.string()) });

/**
 * The id for what was typed: the beginning of one, or the name of a session or of its folder. Nothing typed: the session heard of last.
 *
 * @throws Failure when there is none, UsageError when there are several.
 */
export async function findSession(
  typed: string | undefined,
  living: readonly SessionState[],
  api: Api,
): Promise<string> {
  if (typed === undefined) {
    const [latest] = living.toSorted((a, b) => b.lastActivityAt - a.lastActivityAt);
    if (latest) return latest.sessionId;
    throw new Failure('no session lives; name one that is over by the beginning of its id');
  }
  const alive = fitting(typed, living);
  const ids = alive.length > 0 ? alive : await fittingEver(typed, api);
  if (ids.includes(typed)) return typed;
  const [only, ...others] = ids;
  const shown = JSON.stringify(plainShort(typed, 40));
  if (only === undefined) throw new Failure(`no session is ${shown}; see ${selfCommand()} sessions`);
  if (others.length === 0) return only;
  const list = ids.slice(0, 5).map(id => plainShort(id, 40));
  throw new UsageError(`${shown} fits ${ids.length} sessions: ${list.join(', ')}`);
}

async function fittingEver(typed: string, api: Api): Promise<string[]> {
  const { sessionIds } = await api.get(`/api/db/sessions?prefix=${encodeURIComponent(typed)}`, InLog);
  const { rows } = await api.get('/api/usage?by=session', BySession);
  const named = rows
    .filter(({ name, project }) => (name ?? folderName(project)) === typed)
    .map(({ sessionId }) => sessionId);
  return [...new Set([...sessionIds, ...named])];
}
