// The questions of one client: answered in order, one at a time, and only as fast as the answers are read.

import type { ClientMessage, ServerMessage } from '../../protocol/index.ts';
import type { RateLimit } from './rate-limit.ts';
import { parseRequest, rateLimited } from './request.ts';

export interface RequestsOptions {
  readonly rate: RateLimit;
  /** Most questions that may wait. */
  readonly pending: number;
  /** Whether the client takes an answer now. */
  readonly ready: () => boolean;
  readonly send: (message: ServerMessage) => void;
  /** Does what is asked; a promise when the answer takes a while. */
  readonly handle: (message: ClientMessage) => void | Promise<void>;
  readonly failed: (message: ClientMessage, error: unknown) => void;
}

/** What to do with the client after a message: nothing, or show it the door. */
export type Received = 'ok' | 'too_many' | 'unread';

export class Requests {
  readonly #options: RequestsOptions;
  #waiting: (() => void)[] = [];
  /** A long answer is being put together; the next question waits for it. */
  #answering = false;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /** Takes a text frame that came at `now` (milliseconds). */
  receive(text: string, now: number): Received {
    const verdict = this.#options.rate.count(now);
    if (verdict === 'close') return 'too_many';
    // What waits for an answer that is being put together is not the client's fault.
    if (this.#waiting.length >= this.#options.pending && !this.#options.ready()) return 'unread';
    this.#waiting.push(
      verdict === 'ok' ? () => this.#answer(text) : () => this.#options.send(rateLimited(text)),
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
    const request = parseRequest(text);
    if ('error' in request) return this.#options.send(request.error);
    const { message } = request;
    try {
      const pending = this.#options.handle(message);
      if (pending) this.#wait(message, pending);
    } catch (error) {
      this.#fail(message, error);
    }
  }

  #wait(message: ClientMessage, pending: Promise<void>): void {
    this.#answering = true;
    void pending
      .catch(error => this.#fail(message, error))
      .finally(() => {
        this.#answering = false;
        this.serve();
      });
  }

  #fail(message: ClientMessage, error: unknown): void {
    const id = message.id === undefined ? {} : { id: message.id };
    this.#options.failed(message, error);
    this.#options.send({
      type: 'error',
      ...id,
      code: 'internal',
      message: 'the daemon failed to answer; its log says why',
    });
  }
}
