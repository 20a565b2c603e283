// The envelope of claw-socket, `{sessionId, type, agentId?, data}`: its `type` is the name of a hook, or a topic.
import { isObject, type JsonObject } from '../../json.ts';
import { isId, refusal, wrong } from './refusal.ts';

export interface Envelope {
  readonly sessionId: string;
  readonly type: string;
  readonly agentId: string | undefined;
  readonly data: JsonObject;
}

export function isEnvelope(body: JsonObject): boolean {
  return body['session_id'] === undefined && body['sessionId'] !== undefined && body['type'] !== undefined;
}

/** @throws InvalidPayloadError */
export function readEnvelope(body: JsonObject): Envelope {
  const { sessionId, type, agentId, data } = body;
  if (!isId(sessionId)) throw refusal(`Its \`sessionId\` ${wrong(sessionId)}.`);
  if (typeof type !== 'string' || type === '') throw refusal(`Its \`type\` ${wrong(type)}.`);
  return { sessionId, type, agentId: isId(agentId) ? agentId : undefined, data: dataOf(data) };
}

/** Events carry objects; anything else that was sent as data travels in one. */
function dataOf(data: unknown): JsonObject {
  if (data === undefined || data === null) return {};
  return isObject(data) ? data : { value: data };
}
