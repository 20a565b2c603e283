// Events of the old envelope that name a topic themselves: they keep it, unless it would pass for the daemon's own word.

import type { JsonObject } from '../../json.ts';
import {
  complete,
  DAEMON_EVENT_TYPES,
  EVENT_DATA,
  type EventDraft,
  hookTopic,
  isEventType,
} from '../../protocol/index.ts';
import type { LegacyEvent } from '../claude-code/hooks/payload.ts';

/** Who told an event that came in the old envelope under a topic of its own. */
export const LEGACY_SOURCE = 'legacy';

const TOPIC = /^[A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64}){1,7}$/;
const OURS: ReadonlySet<string> = new Set(DAEMON_EVENT_TYPES);

/** The event as posted; `timestamp` in milliseconds since 1970. What may not keep its topic becomes `hook.<topic>`. */
export function fromLegacy(event: LegacyEvent, timestamp: number): EventDraft {
  const { topic, sessionId, agentId, data } = event;
  return {
    ...(kept(topic, data) ?? { type: hookTopic(topic), data }),
    timestamp,
    sessionId,
    ...(agentId === undefined ? {} : { agentId }),
    source: LEGACY_SOURCE,
  };
}

/** Whoever reads `tool.use` relies on its schema, and on `system.*` being said by the daemon alone. */
function kept(topic: string, posted: JsonObject): Pick<EventDraft, 'type' | 'data'> | undefined {
  if (!TOPIC.test(topic) || topic.startsWith('system.') || OURS.has(topic)) return undefined;
  if (!isEventType(topic)) return { type: topic, data: posted };
  const data = complete(topic, posted);
  return EVENT_DATA[topic].safeParse(data).success ? { type: topic, data } : undefined;
}
