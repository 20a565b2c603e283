// Claude Code: from a hook's payload to the event it tells.

import type { JsonObject } from '../../../json.ts';
import { complete, type EventDataOf, type EventDraft, hookTopic } from '../../../protocol/index.ts';
import { HOOKS } from './events.ts';
import { type AgentPayload, isId } from './payload.ts';

export const SOURCE = 'claude-code';

/**
 * The event a payload tells. Pure; payloads carry no time, so it comes in as `timestamp`, in milliseconds since 1970.
 * A hook without a normal form becomes `hook.<event>` with the payload as its data, and needs no second topic.
 */
export function fromClaudeCode(payload: AgentPayload, timestamp: number): EventDraft {
  const topic = hookTopic(payload.hook_event_name);
  const row = HOOKS.get(payload.hook_event_name);
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

/** The payload behind a draft, if a hook told it. */
export function payloadOf(draft: EventDraft): JsonObject | undefined {
  return draft.hook?.payload ?? (draft.type.startsWith('hook.') ? draft.data : undefined);
}

const as = (hook: string, payload: JsonObject): Record<string, unknown> =>
  HOOKS.get(hook)?.data(payload) ?? {};

/** What any payload tells of its session, for one whose start was missed. */
export function sessionIn(payload: JsonObject): EventDataOf<'session.discovered'> {
  const { source: _, ...rest } = payload;
  return { startedBy: 'hook', ...as('SessionStart', rest) };
}

/** What the payload of a tool's result tells of the call itself; it carries all that PreToolUse had. */
export function toolUseIn(payload: JsonObject): EventDataOf<'tool.use'> {
  return complete('tool.use', as('PreToolUse', payload));
}

/** What any payload from within a subagent tells of that subagent. */
export function agentIn(payload: JsonObject): EventDataOf<'agent.started'> {
  const { agent_transcript_path: _, ...rest } = payload;
  return complete('agent.started', as('SubagentStart', rest));
}
