// The flat payload that hooks of several agents post: what must be right about it, and what a refusal says.
import { isObject, type JsonObject } from '../../json.ts';
import { isEnvelope, readEnvelope } from './envelope.ts';
import { isId, nameOf, refusal, wrong } from './refusal.ts';

/** A payload as Claude Code sends it: flat, snake_case, everything but these two fields optional. */
export interface HookPayload extends JsonObject {
  readonly session_id: string;
  readonly hook_event_name: string;
}

/**
 * Reads a flat payload, also one in the envelope `{sessionId, type, agentId?, data}` of claw-socket.
 * Only who and what must be right; any other field may be missing, unknown or of an odd type.
 *
 * @throws InvalidPayloadError when it is neither.
 */
export function readPayload(body: unknown): HookPayload {
  if (!isObject(body)) throw refusal(`The body is ${nameOf(body)}, not an object.`);
  if (isEnvelope(body)) return unwrapped(body);
  const { session_id, hook_event_name } = body;
  if (!isId(session_id)) throw refusal(`Its \`session_id\` ${wrong(session_id)}.`);
  if (typeof hook_event_name !== 'string' || hook_event_name === '')
    throw refusal(`Its \`hook_event_name\` ${wrong(hook_event_name)}.`);
  return body as HookPayload;
}

// The envelope's agent is the one who called; for SubagentStart the payload itself names the new one.
function unwrapped(body: JsonObject): HookPayload {
  const { sessionId, type, agentId, data } = readEnvelope(body);
  return {
    ...(agentId === undefined ? {} : { agent_id: agentId }),
    ...data,
    session_id: sessionId,
    hook_event_name: type,
  };
}
