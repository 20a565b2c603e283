// Which entries the feed shows, and what a row tells besides its own event.
import { Essentials } from '../../src/protocol/essentials.ts';

/** What the row of an event says of words that a row above it has. */
const ABOVE = { above: true };

/**
 * What is wanted of the feed.
 *
 * @param filters `topics` is a function; `text` and `session` are empty for any; `essentials` leaves out what only follows
 * @param names says what sessions and agents are called
 * @returns `make()` makes what says of one entry after the other whether it has a row; `besides(entry)` is what its row tells
 *   too: the entry of its call's result, or `{ above }`
 */
export function wantedOf({ topics, text, session, essentials }, names) {
  const fits = ({ type, sessionId, agentId, text: words }) =>
    (session === '' || sessionId === session) &&
    topics(type) &&
    (text === '' ||
      words.toLowerCase().includes(text) ||
      type.includes(text) ||
      names.nameOf(sessionId).toLowerCase().includes(text) ||
      (agentId !== undefined && names.agentName(agentId).toLowerCase().includes(text)));
  if (!essentials) return { make: () => fits, besides: () => undefined };
  /** Entry → what its row tells too. Whoever is in here has found what belongs to it. */
  const besides = new WeakMap();
  const make = () => {
    const story = new Essentials();
    return entry => {
      const { kind } = entry.part;
      // What came of a call belongs to its row, whatever text is looked for.
      if (kind !== 'result' && !fits(entry)) return false;
      if (besides.has(entry)) return true;
      const { shown, of } = story.take(entry.part, entry);
      if (of !== undefined) besides.set(of, entry);
      if (shown && of !== undefined) besides.set(entry, ABOVE);
      return shown && fits(entry);
    };
  };
  return { make, besides: entry => besides.get(entry) };
}
