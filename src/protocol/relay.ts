// What a relay carries: events for a session, and pushes of its model for those outside. Whatever stands in them is theirs.
import { isTooDeep, MESSAGE_LIMITS } from './messages.ts';

/** Whose events a relay prints when nobody says. */
export const RELAY_NAME = 'bridge';

export interface RelayFrame {
  readonly type: string;
  /** Any JSON; undefined when there is none. */
  readonly payload: unknown;
}

/** Longest type, in characters. */
const TYPE_MOST = 256;

/** The frame that a body is, or in words why it is none. Whatever else is in the body is left out. */
export function readRelayFrame(body: string): RelayFrame | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    return { problem: `the body is not JSON: ${(error as Error).message}` };
  }
  const { type, payload } = Object(value) as { type?: unknown; payload?: unknown };
  if (typeof type !== 'string' || type === '' || type.length > TYPE_MOST)
    return {
      problem: `the body must be an object with a "type", a text of 1 to ${TYPE_MOST} characters; send {"type":"message","payload":{"text":"hi"}}`,
    };
  if (isTooDeep(payload))
    return { problem: `the payload is nested more than ${MESSAGE_LIMITS.depth} levels deep` };
  return { type, payload };
}

/** In words why a payload is too long for a message or an event; undefined when it is not. */
export function relayPayloadProblem({ payload }: RelayFrame): string | undefined {
  const bytes = new TextEncoder().encode(JSON.stringify(payload) ?? '').length;
  if (bytes <= MESSAGE_LIMITS.bytes) return undefined;
  return `the payload has ${bytes} bytes as JSON, and may have ${MESSAGE_LIMITS.bytes}; put it into a file, and send its path`;
}
