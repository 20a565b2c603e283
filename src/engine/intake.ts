// From a posted body to the event it tells: parse, clean, translate.

import { fromClaudeCode, fromLegacy, parsePayload } from '../agents/index.ts';
import type { EventDraft } from '../protocol/index.ts';
import { type Cleaner, finish, makeCleaner, type Steps } from '../sanitize/index.ts';

/** Turns a parsed body into a draft; `now` is in milliseconds since 1970. Throws InvalidPayloadError. */
export interface Intake {
  (body: unknown, now: number): EventDraft;
  /** The same, a little at a time. */
  inSteps(body: unknown, now: number): Steps<EventDraft>;
}

/** Parse, clean, translate: what comes out holds no secret and nothing oversized, in `data` and in the payload alike. */
export function makeIntake(clean: Cleaner = makeCleaner()): Intake {
  function* inSteps(body: unknown, now: number): Steps<EventDraft> {
    const posted = parsePayload(body);
    // Cleaned first: what the event's data takes from the payload is then clean too, and shared with it.
    return posted.kind === 'hook'
      ? fromClaudeCode(yield* clean.inSteps(posted.payload), now)
      : fromLegacy(yield* clean.inSteps(posted.event), now);
  }
  return Object.assign((body: unknown, now: number) => finish(inSteps(body, now)), { inSteps });
}
