// Events that name a topic themselves: they keep it, unless it would pass for the daemon's own word.

import type { JsonObject } from '../../json.ts';
import {
  complete,
  DAEMON_EVENT_TYPES,
  EVENT_DATA,
  type EventDraft,
  hookTopic,
  isEventType,
} from '../../protocol/index.ts';

/** An event that names its topic itself. */
export interface TopicEvent {
  readonly topic: string;
  readonly sessionId: string;
  readonly agentId: string | undefined;
  readonly data: JsonObject;
}

const TOPIC = /^[A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64}){1,7}$/;
const OURS: ReadonlySet<string> = new Set(DAEMON_EVENT_TYPES);

/** The event as posted; `timestamp` in milliseconds since 1970. What may not keep its topic becomes `hook.<topic>`. */
export function fromTopicEvent(event: TopicEvent, timestamp: number, source: string): EventDraft {
  const { topic, sessionId, agentId, data } = event;
  return {
    ...(kept(topic, data) ?? { type: hookTopic(topic), data }),
    timestamp,
    sessionId,
    ...(agentId === undefined ? {} : { agentId }),
    source,
  };
}

/** Whoever reads `tool.use` relies on its schema, and on `system.*` being said by the daemon alone. */
function kept(topic: string, posted: JsonObject): Pick<EventDraft, 'type' | 'data'> | undefined {
  if (!TOPIC.test(topic) || topic.startsWith('system.') || OURS.has(topic)) return undefined;
  if (!isEventType(topic)) return { type: topic, data: posted };
  const data = complete(topic, posted);
  return EVENT_DATA[topic].safeParse(data).success ? { type: topic, data } : undefined;
}
