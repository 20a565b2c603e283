// What a tail tells a person: the essentials, of a call its beginning, and its end where that is news.
import { Essentials, type EventEnvelope, gist, head, partOf } from '../../protocol/index.ts';
import { isFailure, summarize } from '../text/summary.ts';

/** From how many milliseconds on the end of a call that went well is news. */
export const LONG_MS = 5000;

/** Characters of a call's input that its end repeats. */
const INPUT = 60;

/** What is remembered of an event that had a line. */
interface Told {
  readonly at: number;
  readonly input: string;
}

export class Telling {
  readonly #essentials = new Essentials<Told>();

  /** The words of an event's line, unsafe and of any length; undefined for an event that gets none. */
  wordsOf(event: EventEnvelope): string | undefined {
    const { timestamp: at, data } = event;
    const part = partOf(event);
    const told = { at, input: part.kind === 'call' ? head(gist(data['input']), INPUT) : '' };
    const { shown, of } = this.#essentials.take(part, told);
    if (of === undefined) return shown ? summarize(event) : undefined;
    if (shown) return summarize({ ...event, data: { ...data, lastMessage: 'said above' } });
    const news = isFailure(event) || (part.kind === 'result' && at - of.at >= LONG_MS);
    return news ? summarize({ ...event, data: { ...data, input: of.input } }) : undefined;
  }
}
