// What an id is, and what is said of a body that has none.
import { InvalidPayloadError } from '../agent.ts';

/** Longest session or agent id, in characters. */
export const ID_LENGTH = 256;

export function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= ID_LENGTH;
}

const LOOKS_LIKE =
  'A hook payload is a flat JSON object such as {"session_id":"8dd92b6f-...","hook_event_name":"PreToolUse",...}.';

/** Says what is wrong with a body; never what it held. */
export function refusal(what: string): InvalidPayloadError {
  return new InvalidPayloadError(`This is not a hook payload. ${what} ${LOOKS_LIKE}`);
}

/** What kind of JSON value something is. */
export function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

/** What is wrong with a field that is no id. */
export function wrong(value: unknown): string {
  if (value === undefined) return 'is missing';
  if (typeof value !== 'string') return `is ${nameOf(value)}, not a string`;
  return value === '' ? 'is empty' : `is longer than ${ID_LENGTH} characters`;
}
