// The hook that `hookline doctor` sends to see whether one gets through: it is answered at once, and leaves nothing in the log.
import { isObject } from '../json.ts';

/** The name of its event; no agent has one like it. */
const EVENT_NAME = 'HooklineDoctor';

/** What a daemon answers, which the hook prints: the id that it was sent with. */
export interface ProbeAnswer {
  readonly hooklineDoctor: string;
}

/** What the hook is given to send. */
export const probe = (id: string): object => ({
  session_id: id,
  hook_event_name: EVENT_NAME,
  cwd: process.cwd(),
});

/** The answer to it; undefined to every other hook. @param posted the body, as parsed */
export function answerToProbe(posted: unknown): ProbeAnswer | undefined {
  if (!isObject(posted) || posted['hook_event_name'] !== EVENT_NAME) return undefined;
  return { hooklineDoctor: String(posted['session_id']) };
}
