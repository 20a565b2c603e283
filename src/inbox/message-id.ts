// Ids of messages: UUIDv7 (RFC 9562), which sort by when they were made, also within a millisecond and when a clock is set back.
import { randomBytes } from 'node:crypto';

/** Twelve bits count within a millisecond. */
const MOST = 0xfff;

export class MessageIds {
  readonly #now: () => number;
  #last = 0;
  #count = 0;

  /** @param newest the newest id given out before, so that no later one is smaller */
  constructor(now: () => number, newest = '') {
    this.#now = now;
    const time = Number.parseInt(newest.replaceAll('-', '').slice(0, 12), 16);
    if (Number.isSafeInteger(time)) [this.#last, this.#count] = [time, MOST];
  }

  next(): string {
    const now = Math.floor(this.#now());
    if (now > this.#last) [this.#last, this.#count] = [now, 0];
    else if (this.#count < MOST) this.#count++;
    else [this.#last, this.#count] = [this.#last + 1, 0];
    const time = this.#last.toString(16).padStart(12, '0');
    const rest = randomBytes(8);
    rest[0] = 0x80 | ((rest[0] ?? 0) & 0x3f); // The variant.
    const random = rest.toString('hex');
    const count = this.#count.toString(16).padStart(3, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${random.slice(0, 4)}-${random.slice(4)}`;
  }
}
