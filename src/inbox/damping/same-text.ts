// Tells what a session has just said to another one from something new.
import type { Letter } from '../letter.ts';
import type { Before } from '../repeats.ts';

interface Said extends Before {
  /** In milliseconds of a clock that never jumps. */
  readonly at: number;
}

/** How long the same text is the same message, in milliseconds. */
const SAME_MS = 30_000;

export class SameText {
  /** By who said what to whom; the newest is last. A restart forgets it. */
  readonly #said = new Map<string, Said>();

  /** What was said before and may still be read, or was. */
  find(what: string, now: number): Before | undefined {
    const said = this.#said.get(what);
    if (said === undefined || said.at <= now - SAME_MS) return undefined;
    return said;
  }

  /** @param committed when it is on record; what is not put on record was not said */
  note(what: string, letter: Letter, committed: Promise<void>, now: number): void {
    const said = { letter, committed, at: now };
    this.#said.delete(what);
    this.#said.set(what, said);
    committed.catch(() => {
      if (this.#said.get(what) === said) this.#said.delete(what);
    });
    for (const [oldest, { at }] of this.#said) {
      if (at > now - SAME_MS) break;
      this.#said.delete(oldest);
    }
  }
}
