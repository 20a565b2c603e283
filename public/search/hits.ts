// What was found, as people read it: whatever tells of the same tool call is one hit.

import { callsOf } from '../../src/protocol/essentials.ts';
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { fold } from '../../src/protocol/search-terms.ts';
import { summary } from '../design/words.ts';

/** Whose line tells most, the best last. */
const TELLING = ['tool.result', 'tool.use'];

export interface Hit {
  /** The event with the best line. */
  event: EventEnvelope;
  /** How many were found. */
  places: number;
  /** Its row, once it is drawn. */
  row?: HTMLElement;
}

/** Takes in events, the newest first. */
export class Hits {
  /** The newest first. */
  readonly all: Hit[] = [];
  readonly #words: readonly string[];
  readonly #calls = new Map<string, Hit>();

  /** @param words folded */
  constructor(words: readonly string[]) {
    this.#words = words;
  }

  /** The hit that an event is, or belongs to; one of several places is to be drawn anew. */
  add(event: EventEnvelope): Hit {
    const calls = callsOf(event);
    const known = calls.map(call => this.#calls.get(call)).find(hit => hit !== undefined);
    const hit = known ?? { event, places: 0 };
    if (known === undefined) this.all.push(hit);
    hit.places++;
    if (this.#rank(event) > this.#rank(hit.event)) hit.event = event;
    for (const call of calls) this.#calls.set(call, hit);
    return hit;
  }

  /** A line with all that was looked for is better than one without, and then one that says what was called. */
  #rank(event: EventEnvelope): number {
    const line = fold(`${event.type} ${summary(event)}`);
    const whole = this.#words.every(word => line.includes(word)) ? TELLING.length + 1 : 0;
    return whole + TELLING.indexOf(event.type);
  }
}
