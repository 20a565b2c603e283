// What a command that follows the stream says on stderr about its connection: each outage once, and every loss.
import type { Loss, Position, Status } from '../client/index.ts';
import type { Terminal } from './terminal.ts';

export interface StatusWords {
  /** Said when all is well; nothing is when it is absent, for a reader that is a program. */
  readonly greeting?: string | undefined;
  /** What was not done with events that are gone: `shown`. */
  readonly missed: string;
}

export class ConnectionStatus {
  readonly #terminal: Terminal;
  readonly #words: StatusWords;
  #wasLive = false;
  /** Something is wrong, and it has been said. */
  #complained = false;

  constructor(terminal: Terminal, words: StatusWords) {
    this.#terminal = terminal;
    this.#words = words;
  }

  status({ state, reason }: Status): void {
    if (state === 'waiting') this.waiting(reason ?? 'the connection was lost');
    if (state !== 'live') return;
    if (this.#complained) this.say(this.#wasLive ? 'connected again' : 'connected');
    else if (!this.#wasLive && this.#words.greeting !== undefined) this.say(this.#words.greeting);
    this.#wasLive = true;
    this.#complained = false;
  }

  /** There is no connection at the moment, and why. */
  waiting(reason: string): void {
    if (this.#complained) return;
    this.#complained = true;
    this.say(`${reason}; ${this.#wasLive ? 'reconnecting…' : 'waiting for it…'}`);
  }

  /** Events cannot be had; it goes on elsewhere. */
  loss({ reason, from, to }: Loss, next: Position = to): void {
    if (reason === 'evicted') {
      const first = from.seq + 1;
      const lost =
        first === to.seq
          ? `event ${first} is gone and was`
          : `events ${first} to ${to.seq} are gone and were`;
      this.say(`${lost} not ${this.#words.missed}`);
      return;
    }
    const place = `seq ${from.seq} of epoch ${from.epoch} means nothing any more (${reason})`;
    this.say(
      `${place}; going on after seq ${next.seq} of epoch ${next.epoch}, what lies between may be missing`,
    );
  }

  say(words: string): void {
    this.#terminal.say(this.#terminal.errorColors.dim(`hookline: ${words}`));
  }
}
