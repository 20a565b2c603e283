// What was found, as people read it: whatever tells of the same tool call is one hit.
import { callsOf, type EventEnvelope, fold } from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import { summarize } from '../text/summary.ts';
import { MOST, pagesBack } from './newest.ts';

export interface Hit {
  /** The event with the best line. */
  event: EventEnvelope;
  /** How many events of the call were found. */
  places: number;
  /** The seq of the newest of them. */
  readonly newest: number;
}

/** The newest hits, at most so many, ascending by the seq of what they show; and whether there are older ones. */
export async function findHits(
  api: Api,
  query: Readonly<Record<string, string>>,
  words: readonly string[],
  limit: number,
): Promise<{ readonly hits: Hit[]; readonly hasMore: boolean }> {
  const hits = new Hits(words);
  let hasMore = false;
  let looked = 0;
  for await (const page of pagesBack(api, query, limit)) {
    for (const event of page.events.toReversed()) hits.add(event);
    ({ hasMore } = page);
    looked += page.events.length;
    if (hits.all.length >= limit || looked >= MOST) break;
  }
  const newest = hits.all.slice(0, limit);
  return {
    hits: newest.toSorted((a, b) => a.event.seq - b.event.seq),
    hasMore: hasMore || hits.all.length > limit,
  };
}

/** Takes in events, the newest first. */
export class Hits {
  readonly all: Hit[] = [];
  readonly #words: readonly string[];
  readonly #calls = new Map<string, Hit>();

  /** @param words folded */
  constructor(words: readonly string[]) {
    this.#words = words;
  }

  add(event: EventEnvelope): void {
    const calls = callsOf(event);
    const known = calls.map(call => this.#calls.get(call)).find(hit => hit !== undefined);
    const hit = known ?? { event, places: 0, newest: event.seq };
    if (!known) this.all.push(hit);
    hit.places++;
    if (this.#rank(event) > this.#rank(hit.event)) hit.event = event;
    for (const call of calls) this.#calls.set(call, hit);
  }

  /** A line with all that was looked for is better than one without, and then one that says what was called. */
  #rank(event: EventEnvelope): number {
    const line = fold(`${event.type} ${summarize(event)}`);
    const whole = this.#words.every(word => line.includes(word)) ? TELLING.length + 1 : 0;
    return whole + TELLING.indexOf(event.type);
  }
}

/** Whose line tells most, the best last. */
const TELLING = ['tool.result', 'tool.use', 'hook.pre_tool_use'];
