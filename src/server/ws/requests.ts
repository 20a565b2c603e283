// The questions of one client: answered in order, one at a time, and only as fast as the answers are read.
import type { RateLimit } from './rate-limit.ts';

/** @template Q a question, @template A an answer that is none: why it was not answered. */
export interface RequestsOptions<Q, A> {
  readonly rate: RateLimit;
  /** Most questions that may wait. */
  readonly pending: number;
  /** From a text frame to a question, or to what is wrong with it. */
  readonly read: (text: string) => { readonly message: Q } | { readonly error: A };
  /** The refusal of a text frame that came too soon. */
  readonly limited: (text: string) => A;
  /** Whether the client takes an answer now. */
  readonly ready: () => boolean;
  readonly send: (answer: A) => void;
  /** Does what is asked; a promise when the answer takes a while. */
  readonly handle: (message: Q) => void | Promise<void>;
  /** It could not be answered: what the client is told of it. */
  readonly failed: (message: Q, error: unknown) => A;
}

/** What to do with the client after a message: nothing, or show it the door. */
export type Received = 'ok' | 'too_many' | 'unread';

export class Requests<Q, A> {
  readonly #options: RequestsOptions<Q, A>;
  #waiting: (() => void)[] = [];
  /** A long answer is being put together; the next question waits for it. */
  #answering = false;

  constructor(options: RequestsOptions<Q, A>) {
    this.#options = options;
  }

  /** Takes a text frame that came at `now` (milliseconds). */
  receive(text: string, now: number): Received {
    const verdict = this.#options.rate.count(now);
    if (verdict === 'close') return 'too_many';
    // What waits for an answer that is being put together is not the client's fault.
    if (this.#waiting.length >= this.#options.pending && !this.#options.ready()) return 'unread';
    this.#waiting.push(
      verdict === 'ok' ? () => this.#answer(text) : () => this.#options.send(this.#options.limited(text)),
    );
    this.serve();
    return 'ok';
  }

  /** Answers what waits, as far as the client takes it. */
  serve(): void {
    while (!this.#answering && this.#options.ready()) {
      const next = this.#waiting.shift();
      if (!next) return;
      next();
    }
  }

  clear(): void {
    this.#waiting = [];
  }

  #answer(text: string): void {
    const request = this.#options.read(text);
    if ('error' in request) return this.#options.send(request.error);
    const { message } = request;
    try {
      const pending = this.#options.handle(message);
      if (pending) this.#wait(message, pending);
    } catch (error) {
      this.#fail(message, error);
    }
  }

  #wait(message: Q, pending: Promise<void>): void {
    this.#answering = true;
    void pending
      .catch(error => this.#fail(message, error))
      .finally(() => {
        this.#answering = false;
        this.serve();
      });
  }

  #fail(message: Q, error: unknown): void {
    this.#options.send(this.#options.failed(message, error));
  }
}
