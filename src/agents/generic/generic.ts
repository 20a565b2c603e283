// Anything that posts events of its own in the envelope `{sessionId, type, agentId?, data}`, its `type` being a topic.
import { isObject } from '../../json.ts';
import type { Agent } from '../agent.ts';
import { isEnvelope, readEnvelope } from '../flat-payload/envelope.ts';
import { impliedByFlatPayload } from '../flat-payload/implied.ts';
import { refusal } from '../flat-payload/refusal.ts';
import { fromTopicEvent, type TopicEvent } from './topic-event.ts';

const SOURCE = 'legacy';

/** Names of hooks have no dot, topics do. */
const namesTopic = (type: unknown): boolean => typeof type === 'string' && type.includes('.');

export const generic: Agent<TopicEvent> = {
  source: SOURCE,
  claims: body => isObject(body) && isEnvelope(body) && namesTopic(body['type']),
  read(body) {
    if (!isObject(body) || !isEnvelope(body)) throw refusal('It is no envelope.');
    const { sessionId, type: topic, agentId, data } = readEnvelope(body);
    return { topic, sessionId, agentId, data };
  },
  translate: (event, timestamp) => fromTopicEvent(event, timestamp, SOURCE),
  implied: impliedByFlatPayload,
};
