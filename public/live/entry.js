// What the feed keeps of an event: a line's worth, however large the event is. The rest is asked for when it is looked at.
import { summary, tone } from '../design/words.js';

/** A row of the feed for an event. */
export function entryOf(event) {
  const { seq, timestamp, type, sessionId, agentId } = event;
  return { seq, at: timestamp, type, sessionId, agentId, tone: tone(event), text: summary(event) };
}

/** A row for something the stream has to say itself. */
export const noteEntry = (note, at) => ({ note, at });
