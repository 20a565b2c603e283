// Claude Code: from a hook's payload to the event it tells.

import { type EventDraft, hookTopic } from '../../../protocol/index.ts';
import type { HookPayload } from '../../flat-payload/payload.ts';
import { isId } from '../../flat-payload/refusal.ts';
import { HOOKS } from './events.ts';

export const SOURCE = 'claude-code';

/** The topics of the hooks that are known: every event has one of them, mostly. */
const TOPICS: ReadonlyMap<string, string> = new Map([...HOOKS.keys()].map(name => [name, hookTopic(name)]));

/**
 * The event a payload tells. Pure; payloads carry no time, so it comes in as `timestamp`, in milliseconds since 1970.
 * A hook without a normal form becomes `hook.<event>` with the payload as its data, and needs no second topic.
 */
export function fromHook(payload: HookPayload, timestamp: number): EventDraft {
  const { hook_event_name: name } = payload;
  const topic = TOPICS.get(name) ?? hookTopic(name);
  const row = HOOKS.get(name);
  const agentId = payload['agent_id'];
  const base = {
    timestamp,
    sessionId: payload.session_id,
    ...(isId(agentId) ? { agentId } : {}),
    source: SOURCE,
  };
  return row
    ? { type: row.type, ...base, data: row.data(payload), hook: { topic, payload } }
    : { type: topic, ...base, data: payload };
}
