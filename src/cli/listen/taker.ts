// Takes the messages of a name, through restarts of the daemon.
import { setTimeout as delay } from 'node:timers/promises';
import { Message } from '../../protocol/index.ts';
import { type Api, connectApi } from '../api.ts';
import type { ConnectionStatus } from '../connection-status.ts';
import { isPassing, Refusal } from '../failure.ts';
import { inboxOf } from '../inbox/holder.ts';
import { Messages } from '../inbox.ts';
import { NamesAnswer } from '../names/answers.ts';

export interface TakerOptions {
  readonly home: string;
  readonly name: string;
  /** When to stop, by `performance.now()`. */
  readonly until: number;
  readonly connection: ConnectionStatus;
  /** Fires when nothing more is wanted. */
  readonly signal: AbortSignal;
}

/** How long one question to the daemon waits, in milliseconds. */
const ONE_WAIT_MS = 20_000;
/** How much longer than that its answer may take, in milliseconds. */
const ANSWER_MS = 10_000;
/** How long a message is ours until it is printed and acknowledged, in milliseconds; then it waits again. */
const LEASE_MS = 30_000;
/** Milliseconds between tries. */
const RETRY_MS = 300;

export class Taker {
  readonly #options: TakerOptions;
  #api: Api | undefined;
  /** The session of which it was said that it has the name too. */
  #rival: string | undefined;

  constructor(options: TakerOptions) {
    this.#options = options;
  }

  /** The next message, as soon as there is one; undefined when nothing more is wanted, or the time is up. @throws Refusal */
  async take(): Promise<Message | undefined> {
    return (await this.takeSome(1))[0];
  }

  /** The next messages, so many at most, as soon as there is one; none when nothing more is wanted, or the time is up. @throws Refusal */
  async takeSome(max: number): Promise<readonly Message[]> {
    const { name, until, signal } = this.#options;
    const resource = `${inboxOf(name)}/take`;
    while (!signal.aborted) {
      const answer = await this.#ask(until, api => {
        const waitMs = Math.round(Math.min(this.#left(), ONE_WAIT_MS));
        const wanted = { max, waitMs, leaseMs: LEASE_MS };
        return api.post(resource, Messages, waitMs + ANSWER_MS, wanted, signal);
      });
      const messages = answer?.messages ?? [];
      if (messages.length > 0 || this.#left() === 0) return messages;
    }
    return [];
  }

  /** Says that it arrived. Of one that took too long to print it cannot be said any more; that is told. */
  async ack({ id }: Message): Promise<void> {
    const { name, connection } = this.#options;
    try {
      const until = performance.now() + LEASE_MS;
      const acked = await this.#ask(until, api =>
        api.post(`/api/messages/${id}/ack`, Message, undefined, { name }),
      );
      if (acked === undefined) connection.say(`message ${id} was not acknowledged; it will come again`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      connection.say(`${error.message}; it may come again`);
    }
  }

  /** Asks until there is an answer; undefined when there was none by then, or nothing more is wanted. @throws Refusal */
  async #ask<T>(until: number, question: (api: Api) => Promise<T>): Promise<T | undefined> {
    const { signal, connection } = this.#options;
    for (;;) {
      try {
        this.#api ??= await this.#connect();
        return await question(this.#api);
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.#api = undefined;
        if (signal.aborted) return undefined;
        connection.waiting(error.message);
      }
      const left = until - performance.now();
      if (left <= 0) return undefined;
      await delay(Math.min(left, RETRY_MS), undefined, { signal }).catch(() => {});
      if (signal.aborted) return undefined;
    }
  }

  async #connect(): Promise<Api> {
    const { home, connection } = this.#options;
    const api = await connectApi(home);
    await this.#warnOfRival(api);
    connection.status({ state: 'live', failures: 0 });
    return api;
  }

  /** What comes is brought to a session that has the name, and so each message goes to one of the two. */
  async #warnOfRival(api: Api): Promise<void> {
    const { name, connection } = this.#options;
    const { names } = await api.get('/api/names', NamesAnswer);
    const rival = names.find(one => one.live && one.name === name)?.sessionId;
    if (rival !== undefined && rival !== this.#rival)
      connection.say(
        `session ${rival} has the name ${name}: each message goes to it or comes here, never both; choose another name to get them all`,
      );
    this.#rival = rival;
  }

  #left(): number {
    return Math.max(0, this.#options.until - performance.now());
  }
}
