// What the feed keeps of an event: a line's worth, however large the event is. The rest is asked for when it is looked at.
import { outcome, summary, tone } from '../design/words.js';
import { partOf } from './essentials.js';

/** A row of the feed for an event. */
export function entryOf(event) {
  const { seq, timestamp, type, sessionId, agentId, data } = event;
  const part = partOf(event);
  const entry = {
    seq,
    at: timestamp,
    type,
    sessionId,
    agentId,
    tone: tone(event),
    text: summary(event),
    part,
  };
  if (part.kind === 'result') entry.outcome = outcome(data);
  return entry;
}

/** A row for something the stream has to say itself. */
export const noteEntry = (note, at) => ({ note, at });
