// Whether a message is short enough for a frame: one that is not would end the connection.
import { LIMITS } from '../protocol/limits.ts';
import { RequestError } from './errors.ts';

/** What the id that is put to a message takes at most, in bytes. */
const ID_BYTES = 64;

/**
 * @param what for people: `the message`
 * @param mend what can be done about a longer one
 * @throws RequestError payload_too_large
 */
export function checkFrame(message: object, what: string, mend: string): void {
  const bytes = new TextEncoder().encode(JSON.stringify(message)).length + ID_BYTES;
  if (bytes <= LIMITS.clientFrameBytes) return;
  throw new RequestError(
    'payload_too_large',
    `${what} is longer than a frame may be, which is ${LIMITS.clientFrameBytes} bytes; ${mend}`,
  );
}
