// What the feed keeps of an event: a line's worth, however large the event is. The rest is asked for when it is looked at.
import { type Part, partOf } from '../../src/protocol/essentials.ts';
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { nodeOf } from '../design/names.ts';
import { outcome, summary, type Tone, tone } from '../design/words.ts';
import type { Note } from './stream.ts';

/** A row of the feed about an event. */
export interface EventEntry {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly sessionId: string;
  readonly agentId: string | undefined;
  /** On a hub the machine that tells it of itself. */
  readonly node?: string | undefined;
  readonly tone: Tone;
  readonly text: string;
  readonly part: Part;
  /** What came of a call, of its result. */
  readonly outcome?: string;
  readonly note?: undefined;
}

/** A row of the feed about something the stream has to say itself. */
export interface NoteEntry {
  readonly note: Note;
  readonly at: number;
  readonly seq?: undefined;
}

export type Entry = EventEntry | NoteEntry;

/** A row of the feed for an event. */
export function entryOf(event: EventEnvelope): EventEntry {
  const { seq, timestamp, type, sessionId, agentId, data } = event;
  const part = partOf(event);
  return {
    seq,
    at: timestamp,
    type,
    sessionId,
    agentId,
    ...(sessionId === '' && data.node !== undefined ? { node: nodeOf(data) } : {}),
    tone: tone(event),
    text: summary(event),
    part,
    ...(part.kind === 'result' ? { outcome: outcome(data) } : {}),
  };
}

/** A row for something the stream has to say itself. */
export const noteEntry = (note: Note, at: number): NoteEntry => ({ note, at });
