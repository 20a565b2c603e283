// What the feed keeps of an event: a line's worth, however large the event is. The rest is asked for when it is looked at.
import { summary, tone } from '../design/words.js';

/** A row of the feed for an event; `repeats` when it says nothing that was not said before it. */
export function entryOf(event, repeats = false) {
  const { seq, timestamp, type, sessionId, agentId } = event;
  return { seq, at: timestamp, type, sessionId, agentId, tone: tone(event), text: summary(event), repeats };
}

/** Whether it is worth reading for who wants the essentials: no states, no usage, nothing twice. */
export const isEssential = ({ tone: how, repeats }) => how !== 'quiet' && !repeats;

/** A row for something the stream has to say itself. */
export const noteEntry = (note, at) => ({ note, at });
