// Turns whatever JSON was posted into a hook payload, an event of the old envelope, or a refusal.
import { isObject, type JsonObject } from '../../../json.ts';

/** A hook payload as Claude Code sends it: flat, snake_case, everything but these two fields optional. */
export interface AgentPayload extends JsonObject {
  readonly session_id: string;
  readonly hook_event_name: string;
}

/** An event of the old envelope whose `type` is a topic, not the name of a hook. */
export interface LegacyEvent {
  readonly topic: string;
  readonly sessionId: string;
  readonly agentId?: string;
  readonly data: JsonObject;
}

export type Posted =
  | { readonly kind: 'hook'; readonly payload: AgentPayload }
  | { readonly kind: 'legacy'; readonly event: LegacyEvent };

/** The body is JSON but nothing a hook sends; `message` says what is missing. */
export class InvalidPayloadError extends Error {
  readonly code = 'invalid_payload';
  override readonly name = 'InvalidPayloadError';
}

/** Longest session or agent id, in characters. */
export const ID_LENGTH = 256;

const LOOKS_LIKE =
  'A hook payload is a flat JSON object such as {"session_id":"8dd92b6f-...","hook_event_name":"PreToolUse",...}.';

export function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= ID_LENGTH;
}

/**
 * Reads a body of `POST /hook`: a flat payload, or the envelope `{sessionId, type, agentId?, data}` of claw-socket.
 * Only who and what must be right; any other field may be missing, unknown or of an odd type.
 *
 * @throws InvalidPayloadError when it is neither.
 */
export function parsePayload(body: unknown): Posted {
  if (!isObject(body)) throw refusal(`The body is ${nameOf(body)}, not an object.`);
  if (isOldEnvelope(body)) return fromEnvelope(body);
  const { session_id, hook_event_name } = body;
  if (!isId(session_id)) throw refusal(`Its \`session_id\` ${wrong(session_id)}.`);
  if (typeof hook_event_name !== 'string' || hook_event_name === '')
    throw refusal(`Its \`hook_event_name\` ${wrong(hook_event_name)}.`);
  return { kind: 'hook', payload: body as AgentPayload };
}

function isOldEnvelope(body: JsonObject): boolean {
  return body['session_id'] === undefined && body['sessionId'] !== undefined && body['type'] !== undefined;
}

function fromEnvelope(body: JsonObject): Posted {
  const { sessionId, type, agentId } = body;
  if (!isId(sessionId)) throw refusal(`Its \`sessionId\` ${wrong(sessionId)}.`);
  if (typeof type !== 'string' || type === '') throw refusal(`Its \`type\` ${wrong(type)}.`);
  const data = dataOf(body['data']);
  const agent = isId(agentId) ? agentId : undefined;
  if (type.includes('.')) {
    return {
      kind: 'legacy',
      event: { topic: type, sessionId, ...(agent === undefined ? {} : { agentId: agent }), data },
    };
  }
  // The envelope's agent is the one who called; for SubagentStart the payload itself names the new one.
  const payload: AgentPayload = {
    ...(agent === undefined ? {} : { agent_id: agent }),
    ...data,
    session_id: sessionId,
    hook_event_name: type,
  };
  return { kind: 'hook', payload };
}

/** Events carry objects; anything else that was sent as data travels in one. */
function dataOf(data: unknown): JsonObject {
  if (data === undefined || data === null) return {};
  return isObject(data) ? data : { value: data };
}

function refusal(what: string): InvalidPayloadError {
  return new InvalidPayloadError(`This is not a hook payload. ${what} ${LOOKS_LIKE}`);
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

function wrong(value: unknown): string {
  if (value === undefined) return 'is missing';
  if (typeof value !== 'string') return `is ${nameOf(value)}, not a string`;
  return value === '' ? 'is empty' : `is longer than ${ID_LENGTH} characters`;
}
