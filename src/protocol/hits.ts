// What was found, as people read it: whatever tells of the same tool call is one hit.
import type { EventEnvelope } from './envelope.ts';
import { callsOf } from './essentials.ts';
import { fold } from './search-terms.ts';

export interface Hit {
  /** The event with the best line. */
  event: EventEnvelope;
  /** How many events of the call were found. */
  places: number;
  /** The seq of the newest of them. */
  readonly newest: number;
}

/** Whose line tells most, the best last. */
const TELLING = ['tool.result', 'tool.use', 'hook.pre_tool_use'];

/** Takes in events, the newest first. */
export class Hits {
  /** The newest first. */
  readonly all: Hit[] = [];
  readonly #words: readonly string[];
  readonly #lineOf: (event: EventEnvelope) => string;
  readonly #calls = new Map<string, Hit>();

  /**
   * @param words what was looked for, folded
   * @param lineOf what is shown of an event
   */
  constructor(words: readonly string[], lineOf: (event: EventEnvelope) => string) {
    this.#words = words;
    this.#lineOf = lineOf;
  }

  /** The hit that an event is, or belongs to; one of several places is to be drawn anew. */
  add(event: EventEnvelope): Hit {
    const calls = callsOf(event);
    const known = calls.map(call => this.#calls.get(call)).find(hit => hit !== undefined);
    const hit = known ?? { event, places: 0, newest: event.seq };
    if (known === undefined) this.all.push(hit);
    hit.places++;
    if (this.#rank(event) > this.#rank(hit.event)) hit.event = event;
    for (const call of calls) this.#calls.set(call, hit);
    return hit;
  }

  /** A line with all that was looked for is better than one without, and then one that says what was called. */
  #rank(event: EventEnvelope): number {
    const line = fold(`${event.type} ${this.#lineOf(event)}`);
    const whole = this.#words.every(word => line.includes(word)) ? TELLING.length + 1 : 0;
    return whole + TELLING.indexOf(event.type);
  }
}
