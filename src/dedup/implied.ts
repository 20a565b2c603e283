// What a hook's payload tells beside its own event: enough to announce what was missed.
import type { JsonObject } from '../json.ts';
import type { EventDataOf, EventDraft } from '../protocol/index.ts';

/** The data of events that were missed, as another payload of the session, call or subagent has them. MUST NOT throw. */
export interface Implied {
  session(payload: JsonObject): EventDataOf<'session.discovered'>;
  toolUse(payload: JsonObject): EventDataOf<'tool.use'>;
  subagent(payload: JsonObject): EventDataOf<'agent.started'>;
}

/** The payload behind an event, if a hook told it. */
export function payloadOf(draft: EventDraft): JsonObject | undefined {
  return draft.hook?.payload ?? (draft.type.startsWith('hook.') ? draft.data : undefined);
}
