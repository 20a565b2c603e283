// The messages that were sent to a session, as its events tell of them, in whichever order those come: who wrote what, and how it stands.
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { cut, line, textOf } from '../design/text.ts';

/** A message to the session. */
export interface Letter {
  /** That of the message; empty where hookline does not know it, as it came by another way. */
  readonly id: string;
  from: string;
  /** Its beginning, as far as that is kept. */
  text: string;
  /** How much there is of it. */
  length: number;
  /** As its newest event has it; undefined as long as none is here. */
  state: string | undefined;
  path: string | undefined;
  reason: string | undefined;
}

/** Most characters kept of a text. */
const LONGEST = 8000;
const STEP = 'inbox.';
const UNTOLD = { state: undefined, path: undefined, reason: undefined };

/** Whether an event is a step of a message. */
export const isStep = ({ type, data }: EventEnvelope): boolean =>
  type.startsWith(STEP) && typeof data.messageId === 'string';

export class Letters {
  readonly #all = new Map<string, Letter>();
  /** Letter → the seq of the event that told its state. */
  readonly #told = new Map<Letter, number>();

  /** Takes in a step, unless a newer one is known; returns the message. */
  step({ type, seq, data }: EventEnvelope): Letter {
    const letter = this.of(line(data.messageId, 256), line(data.from, 128));
    learnText(letter, contentIn(data));
    if (seq < (this.#told.get(letter) ?? 0)) return letter;
    this.#told.set(letter, seq);
    letter.state = type.slice(STEP.length);
    letter.path = typeof data.path === 'string' ? data.path : undefined;
    letter.reason = typeof data.reason === 'string' ? data.reason : undefined;
    return letter;
  }

  /** The message of an id; a new one where it was not heard of, or has none. */
  of(id: string, from: string, text = ''): Letter {
    const known = this.#all.get(id);
    const letter = known ?? { ...{ id, from, text: '', length: 0 }, ...UNTOLD };
    learnText(letter, text);
    if (known === undefined && id !== '') this.#all.set(id, letter);
    return letter;
  }
}

function learnText(letter: Letter, text: string): void {
  if (letter.length > 0) return;
  letter.text = cut(text, LONGEST);
  letter.length = text.length;
}

/** Its text, else its payload; only the first event of a message has it. */
function contentIn({ message, type, payload }: EventEnvelope['data']): string {
  if (typeof message === 'string') return message;
  return payload === undefined ? '' : `${line(type, 256)} ${textOf(payload)}`;
}
