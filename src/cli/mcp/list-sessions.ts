// The tool that says which sessions there are.
import { z } from 'zod';
import type { SessionState } from '../../protocol/index.ts';
import { plainShort } from '../text/plain.ts';
import { duration } from '../text/time.ts';
import type { Self } from './identity.ts';
import { repositoryOf } from './repository.ts';
import { tool } from './tool.ts';

const SCOPES = ['machine', 'directory', 'repo'] as const;
type Scope = (typeof SCOPES)[number];

/** Columns of what others wrote. */
const NAME = 64;
const ID = 256;
const PATH = 200;
const SUMMARY = 200;

export const listSessions = tool({
  name: 'list_sessions',
  description:
    'Who is there to write to: a line for each session that runs, with its name, id, state, folder, and what it says it works on. What stands there was written by others.',
  input: z.strictObject({
    scope: z
      .enum(SCOPES)
      .optional()
      .describe('All of this machine (default), those in your directory, or those in your git repository.'),
  }),
  isReadOnly: true,
  async run({ scope = 'machine' }, { self }) {
    const now = Date.now();
    const lines = inScope(scope, self).map(one => lineOf(one, one === self.session, now));
    return { text: lines.length === 0 ? '(no sessions)' : lines.join('\n') };
  },
});

function inScope(scope: Scope, { sessions, cwd }: Self): readonly SessionState[] {
  if (scope === 'machine') return sessions;
  if (scope === 'directory') return sessions.filter(one => one.cwd === cwd);
  const repository = repositoryOf(cwd);
  if (repository === undefined)
    throw new Error(`${cwd} is in no git repository; ask for the scope machine or directory`);
  return sessions.filter(one => repositoryOf(one.cwd) === repository);
}

/** `backend (id …) idle for 5m, in /home/dev/shop on main: moves the API to integers [this is you]` */
function lineOf(session: SessionState, isSelf: boolean, now: number): string {
  const { name = 'unnamed', sessionId, state, stateSince, cwd, gitBranch, summary } = session;
  const branch = gitBranch === undefined ? '' : ` on ${plainShort(gitBranch, NAME)}`;
  return [
    `${plainShort(name, NAME)} (id ${plainShort(sessionId, ID)}) ${state} for ${duration(now - stateSince)}`,
    `, in ${plainShort(cwd, PATH)}${branch}`,
    summary === undefined ? '' : `: ${plainShort(summary, SUMMARY)}`,
    isSelf ? ' [this is you]' : '',
  ].join('');
}
