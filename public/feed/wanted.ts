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
  /** Whether a moment, in milliseconds since 1970, is one of those that are shown; default: any is. */
  readonly time?: (at: number) => boolean;
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
  /** Whether an entry fits by itself, whatever others tell of it, and whenever it was. */
  fits(entry: EventEntry): boolean;
}

/** What is wanted of the feed. */
export function wantedOf(
  { topics, text, session, time = () => true, essentials }: Filters,
  names: Names,
): Wanted {
  const has = text === '' ? () => true : finder(text, names);
  const always = (entry: EventEntry): boolean =>
    (session === '' || entry.sessionId === session) && topics(entry.type) && has(entry);
  const fits = (entry: EventEntry): boolean => time(entry.at) && always(entry);
  if (!essentials) return { make: () => fits, besides: () => undefined, fits: always };
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
      return shown && (kind !== 'result' || fits(entry));
    };
  };
  return { make, besides: entry => besides.get(entry), fits: always };
}

/** Whether a text stands in what a row says. With a hundred thousand rows, what many of them share is looked at once. */
function finder(text: string, names: Names): (entry: EventEntry) => boolean {
  const inText = new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'i');
  const once = (says: (key: string) => string): ((key: string) => boolean) => {
    const known = new Map<string, { readonly name: string; readonly is: boolean }>();
    return key => {
      // It may be called something else by now.
      const name = says(key);
      const before = known.get(key);
      if (before?.name === name) return before.is;
      const is = inText.test(name);
      known.set(key, { name, is });
      return is;
    };
  };
  const inType = once(type => type);
  const inSession = once(sessionId => names.nameOf(sessionId));
  const inAgent = once(agentId => names.agentName(agentId));
  return ({ type, sessionId, agentId, text: words }) =>
    inText.test(words) || inType(type) || inSession(sessionId) || (agentId !== undefined && inAgent(agentId));
}
