// Tells a message that was sent before, under its sender's own key, from a new one.
import type { MessageShelf } from '../log/index.ts';
import { MESSAGE_LIMITS } from '../protocol/index.ts';
import { InboxError } from './errors.ts';
import { fromRow, type Letter, wentNowhere } from './letter.ts';

/** Sent before, and when it is on record. */
export interface Before {
  readonly letter: Letter;
  readonly committed: Promise<void>;
}

export interface RepeatsOptions {
  readonly shelf: MessageShelf;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export class Repeats {
  readonly #options: RepeatsOptions;
  /** Not on record yet. */
  readonly #underWay = new Map<string, Before>();

  constructor(options: RepeatsOptions) {
    this.#options = options;
  }

  /**
   * What was sent before with this key, to and from the same, within a day.
   *
   * @param digest of what it has to say; undefined where that does not matter
   * @throws InboxError conflict, if it said something else
   */
  find(from: string, to: string, key: string | undefined, digest: string | undefined): Before | undefined {
    if (key === undefined) return undefined;
    const before = this.#underWay.get(placeOf(from, to, key)) ?? this.#onRecord(from, to, key);
    const since = this.#options.now() - MESSAGE_LIMITS.repeatMs;
    if (before === undefined || before.letter.createdAt <= since) return undefined;
    if (digest === undefined || before.letter.digest === digest) return before;
    throw new InboxError(
      'conflict',
      `${from} sent something else to ${to} under the key ${JSON.stringify(key)} already (message ${before.letter.id}); use another key`,
    );
  }

  /** Resolves once it is on record; until then it is known from here. */
  async note(letter: Letter, committed: Promise<void>): Promise<void> {
    const { from, to, key } = letter;
    if (key === undefined) return committed;
    const place = placeOf(from, to, key);
    this.#underWay.set(place, { letter, committed });
    await committed.finally(() => this.#underWay.delete(place));
  }

  #onRecord(from: string, to: string, key: string): Before | undefined {
    const letter = this.#options.shelf
      .withKey(from, key)
      .map(fromRow)
      .find(one => one.to === to && !one.addressees.every(wentNowhere));
    return letter && { letter, committed: Promise.resolve() };
  }
}

const placeOf = (from: string, to: string, key: string): string => JSON.stringify([from, to, key]);
