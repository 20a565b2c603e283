// What a tail says on stderr about its connection: each outage once, and every loss.
import type { Loss, Position, Status } from '../../client/index.ts';
import type { Terminal } from '../terminal.ts';

export class Voice {
  readonly #terminal: Terminal;
  readonly #terse: boolean;
  #wasLive = false;
  /** Something is wrong, and it has been said. */
  #complained = false;

  /** @param terse for a reader that is a program: nothing is said while all is well */
  constructor(terminal: Terminal, terse: boolean) {
    this.#terminal = terminal;
    this.#terse = terse;
  }

  status({ state, reason }: Status): void {
    if (state === 'waiting') this.waiting(reason ?? 'the connection was lost');
    if (state !== 'live') return;
    if (this.#complained) this.#say(this.#wasLive ? 'connected again' : 'connected');
    else if (!this.#wasLive && !this.#terse)
      this.#say('connected; events show up as they happen (Ctrl-C ends)');
    this.#wasLive = true;
    this.#complained = false;
  }

  /** There is no connection at the moment, and why. */
  waiting(reason: string): void {
    if (this.#complained) return;
    this.#complained = true;
    this.#say(`${reason}; ${this.#wasLive ? 'reconnecting…' : 'waiting for it…'}`);
  }

  /** Events cannot be had; the tail goes on elsewhere. */
  loss({ reason, from, to }: Loss, next: Position = to): void {
    if (reason === 'evicted') {
      this.#say(`events ${from.seq + 1} to ${to.seq} are gone and were not shown`);
      return;
    }
    const place = `seq ${from.seq} of epoch ${from.epoch} means nothing any more (${reason})`;
    this.#say(
      `${place}; going on after seq ${next.seq} of epoch ${next.epoch}, what lies between may be missing`,
    );
  }

  #say(words: string): void {
    this.#terminal.say(this.#terminal.errorColors.dim(`hookline: ${words}`));
  }
}
