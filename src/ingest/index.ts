// The one door of ingest: a posted body in, an event to append out.
import type { EventDraft } from '../protocol/index.ts';
import { type Cleaner, makeCleaner } from './clean.ts';
import { fromLegacy } from './legacy.ts';
import { parsePayload } from './payload.ts';
import { fromClaudeCode } from './sources/claude-code.ts';
import { finish, type Steps } from './steps.ts';

export { parseJson, parsing } from './bounded-json.ts';
export { type Cleaner, type CleanerOptions, makeCleaner } from './clean.ts';
export { judge, LIVENESS, type ProcessState, type Sighting, type Verdict } from './liveness.ts';
export { boundedMemory, type Facts, type Memory } from './memory.ts';
export { InvalidPayloadError, parsePayload } from './payload.ts';
export { type PinnedMemory, pinnedMemory, unboundedMemory } from './pinned-memory.ts';
export { type LoggedEvent, Recollection } from './recollection.ts';
export { Reconciler } from './reconciler.ts';
export { type AgentMeta, readAgentMeta } from './sources/claude-agent-meta.ts';
export {
  changeOf,
  configDirOf,
  findTranscript,
  type ProjectTranscript,
  projectFolders,
  transcriptsIn,
} from './sources/claude-projects.ts';
export { ClaudeRegister, type RegisterEntry } from './sources/claude-register.ts';
export { FirstNews, type News } from './sources/claude-transcript/first-news.ts';
export { ForkPoint } from './sources/claude-transcript/fork-point.ts';
export { mayTell } from './sources/claude-transcript/lines.ts';
export {
  ClaudeTranscript,
  type TranscriptFact,
  type TranscriptOptions,
} from './sources/claude-transcript/reader.ts';
export { Spool, type Spooled } from './spool.ts';
export { type Line, LineCursor } from './transcripts/line-cursor.ts';
export { type TakeUp, takeUp } from './transcripts/rewind.ts';
export {
  type Begin,
  SessionTranscripts,
  type TranscriptFile,
  type TranscriptLine,
} from './transcripts/session-transcripts.ts';

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
