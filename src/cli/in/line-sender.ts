// Sends one line after the other through the daemon: one that gets no answer is sent again, under its key, until there is one.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LineRefused } from '../../intake/index.ts';
import { type NewMessage, Sent, type Via } from '../../protocol/index.ts';
import { type Api, connectApi } from '../api.ts';
import type { ConnectionStatus } from '../connection-status.ts';
import { Failure, isPassing, Refusal } from '../failure.ts';

export interface LineSenderOptions {
  readonly home: string;
  readonly via: Via;
  readonly connection: ConnectionStatus;
  /** Fires when the daemon is not to be waited for any more. */
  readonly signal: AbortSignal;
}

/** Milliseconds between tries. */
const RETRY_MS = 300;
/** How long a line that is sent after the signal waits for its answer, in milliseconds. */
const LAST_MS = 2000;

export class LineSender {
  readonly #options: LineSenderOptions;
  #api: Api | undefined;
  /** Lines that got no answer before the signal, and so may not have been taken. */
  #givenUp = 0;

  constructor(options: LineSenderOptions) {
    this.#options = options;
  }

  get givenUp(): number {
    return this.#givenUp;
  }

  /** Looks whether there is a daemon, and says so when there is none. */
  async look(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#options.connection.waiting(error.message);
    }
  }

  /** Resolves with the id of the message once it is on record. @throws LineRefused */
  async send(message: NewMessage): Promise<{ readonly id: string }> {
    const { signal, connection } = this.#options;
    // Whether the one before got it nobody knows: with its key it is taken once, however often it is sent.
    const keyed = { ...message, key: message.key ?? randomUUID() };
    for (;;) {
      try {
        if (this.#givenUp > 0) throw this.#giveUp('the daemon did not answer the line before it');
        return await this.#post(keyed);
      } catch (error) {
        if (!isPassing(error)) throw asRefused(error);
        this.#api = undefined;
        if (signal.aborted) throw this.#giveUp(error.message);
        connection.waiting(error.message);
      }
      await delay(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #post(message: NewMessage): Promise<Sent> {
    const { signal, connection } = this.#options;
    this.#api ??= await this.#connect();
    const sent = await this.#api.post('/api/messages', Sent, signal.aborted ? LAST_MS : undefined, message);
    connection.status({ state: 'live', failures: 0 });
    return sent;
  }

  async #connect(): Promise<Api> {
    const { home, via } = this.#options;
    return connectApi(home, via);
  }

  #giveUp(why: string): LineRefused {
    this.#givenUp++;
    const words = `it got no answer and is not tried any more, as this ends: ${why}`;
    return new LineRefused('draining', words, { isCertain: false });
  }
}

/** What the daemon said, in its own words. Others are told of what is no word of its as well. */
function asRefused(error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  const said = error instanceof Refusal ? error.said : undefined;
  return new LineRefused(said?.code ?? 'internal', said?.message ?? error.message);
}
