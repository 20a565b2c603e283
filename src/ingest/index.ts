// The one door of ingest: a posted body in, an event to append out.
import type { EventDraft } from '../protocol/index.ts';
import { type Cleaner, makeCleaner } from './clean.ts';
import { fromLegacy } from './legacy.ts';
import { parsePayload } from './payload.ts';
import { fromClaudeCode } from './sources/claude-code.ts';

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
export type Intake = (body: unknown, now: number) => EventDraft;

/** Parse, clean, translate: what comes out holds no secret and nothing oversized, in `data` and in the payload alike. */
export function makeIntake(clean: Cleaner = makeCleaner()): Intake {
  return (body, now) => {
    const posted = parsePayload(body);
    // Cleaned first: what the event's data takes from the payload is then clean too, and shared with it.
    return posted.kind === 'hook'
      ? fromClaudeCode(clean(posted.payload), now)
      : fromLegacy(clean(posted.event), now);
  };
}
