// From a client's text frame to a checked message, or to the error reply that says what is wrong with it.
import {
  CLIENT_MESSAGE_TYPES,
  ClientMessage,
  type ErrorCode,
  type ServerMessageOf,
} from '../../protocol/index.ts';

export type ParsedRequest =
  | { readonly message: ClientMessage }
  | { readonly error: ServerMessageOf<'error'> };

export function parseRequest(text: string): ParsedRequest {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    return failure(undefined, 'invalid_json', `the frame is not JSON: ${(cause as Error).message}`);
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return failure(undefined, 'invalid_message', 'a message is a JSON object with a "type"');
  }
  const type = (raw as { type?: unknown }).type;
  if (typeof type !== 'string') return failure(raw, 'invalid_message', 'the message has no "type"');
  if (!CLIENT_MESSAGE_TYPES.some(known => known === type)) {
    const known = CLIENT_MESSAGE_TYPES.join(', ');
    return failure(
      raw,
      'unknown_type',
      `no message has the type ${JSON.stringify(type.slice(0, 64))}; there are: ${known}`,
    );
  }
  const parsed = ClientMessage.safeParse(raw);
  if (parsed.success) return { message: parsed.data };
  const details = parsed.error.issues.map(issue => ({ path: issue.path.join('.'), message: issue.message }));
  const said = details.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return failure(raw, 'invalid_message', `${type}: ${said}`, details);
}

/** The refusal of a message that came too soon; its `id` is echoed as far as it can be read. */
export function rateLimited(text: string): ServerMessageOf<'error'> {
  const parsed = parseRequest(text);
  const id = 'message' in parsed ? parsed.message.id : parsed.error.id;
  const message = 'too many messages; wait a moment before sending more, or the connection is closed';
  return { type: 'error', ...(id === undefined ? {} : { id }), code: 'rate_limited', message };
}

/** What a client is told whose question could not be answered, for reasons that are none of its own. */
export function unanswered({ id }: ClientMessage): ServerMessageOf<'error'> {
  const message = 'the daemon failed to answer; its log says why';
  return { type: 'error', ...(id === undefined ? {} : { id }), code: 'internal', message };
}

function failure(
  raw: object | undefined,
  code: ErrorCode,
  message: string,
  details?: unknown,
): ParsedRequest {
  const id = (raw as { id?: unknown } | undefined)?.id;
  // Also one that is longer than it may be: the client knows its message by it.
  const echoed = typeof id === 'string' || typeof id === 'number' ? { id } : {};
  return {
    error: { type: 'error', ...echoed, code, message, ...(details === undefined ? {} : { details }) },
  };
}
