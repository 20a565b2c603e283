// Names of requests: nobody can guess one, and none is used twice.
import { randomInt } from 'node:crypto';
import { SHORT_LENGTH } from '../protocol/index.ts';

/** Without l, which looks like a 1. */
const LETTERS = 'abcdefghijkmnopqrstuvwxyz';
/** 20 letters of 25 are 92 bits. */
const LENGTH = 20;
/** Most beginnings that are remembered: by then one may come again after days. */
const REMEMBERED = 100_000;

export class RequestIds {
  readonly #used = new Set<string>();

  /** A new one, whose first letters no other of the last hundred thousand has. */
  next(): string {
    for (;;) {
      const id = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
      const short = id.slice(0, SHORT_LENGTH);
      if (this.#used.has(short)) continue;
      this.#used.add(short);
      const [oldest] = this.#used;
      if (this.#used.size > REMEMBERED && oldest !== undefined) this.#used.delete(oldest);
      return id;
    }
  }
}
