// Which entries the feed shows, and what a row tells besides its own event.
import { Essentials } from '../../src/protocol/essentials.ts';
import type { EventEntry } from '../live/entry.ts';
import type { Matcher } from '../live/ring.ts';

/** What the row of an event says of words that a row above it has. */
const ABOVE = { above: true } as const;

/** What a row tells besides its own event: the entry of its call's result, or that a row above has its words. */
export type Besides = EventEntry | typeof ABOVE;

export interface Filters {
  readonly topics: (topic: string) => boolean;
  /** Empty for any. */
  readonly text: string;
  /** Empty for all. */
  readonly session: string;
  /** Leaves out what only follows from the rest. */
  readonly essentials: boolean;
}

/** Says what sessions and agents are called. */
export interface Names {
  nameOf(sessionId: string): string;
  agentName(agentId: string): string;
}

export interface Wanted {
  /** Makes what says of one entry after the other whether it has a row. */
  make(): Matcher<EventEntry>;
  besides(entry: EventEntry): Besides | undefined;
}

/** What is wanted of the feed. */
export function wantedOf({ topics, text, session, essentials }: Filters, names: Names): Wanted {
  const fits = ({ type, sessionId, agentId, text: words }: EventEntry): boolean =>
    (session === '' || sessionId === session) &&
    topics(type) &&
    (text === '' ||
      words.toLowerCase().includes(text) ||
      type.includes(text) ||
      names.nameOf(sessionId).toLowerCase().includes(text) ||
      (agentId !== undefined && names.agentName(agentId).toLowerCase().includes(text)));
  if (!essentials) return { make: () => fits, besides: () => undefined };
  /** Entry → what its row tells too. Whoever is in here has found what belongs to it. */
  const besides = new WeakMap<EventEntry, Besides>();
  const make = (): Matcher<EventEntry> => {
    const story = new Essentials<EventEntry>();
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
