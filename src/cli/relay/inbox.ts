// The inbox behind a relay: what comes in is kept by the daemon, and nobody is told that it is unless it is.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Message, type RelayFrame, Sent } from '../../protocol/index.ts';
import { RelayRefusal } from '../../relay/index.ts';
import { connectApi } from '../api.ts';
import { NoAnswer, Refusal } from '../failure.ts';

/** How long a daemon that is being restarted is waited for, in milliseconds. */
const PATIENCE_MS = 3_000;
/** Milliseconds between tries. */
const RETRY_MS = 200;

export class RelayInbox {
  readonly #home: string;
  readonly #name: string;

  constructor(home: string, name: string) {
    this.#home = home;
    this.#name = name;
  }

  /** Resolves with the id of an event once it is on record. @throws RelayRefusal, which says whether it may be on record all the same */
  async keep({ type, payload = null }: RelayFrame): Promise<string> {
    // With a key it can be asked again and again, and is kept once.
    const message = { to: this.#name, type, payload, key: randomUUID() };
    const until = performance.now() + PATIENCE_MS;
    let isInDoubt = false;
    for (;;) {
      try {
        const api = await connectApi(this.#home, 'http');
        isInDoubt = true;
        return (await api.post('/api/messages', Sent, undefined, message)).id;
      } catch (error) {
        if (error instanceof Refusal && error.status !== 401) throw refused(error);
        if (!(error instanceof NoAnswer || error instanceof Refusal)) throw error;
        if (performance.now() < until) await delay(RETRY_MS);
        else throw unanswered(error, isInDoubt);
      }
    }
  }

  /** An event that is or was for this name. @throws RelayRefusal */
  async find(id: string): Promise<Message | undefined> {
    try {
      const api = await connectApi(this.#home);
      const message = await api.get(`/api/messages/${encodeURIComponent(id)}`, Message);
      return message.recipients.some(({ name }) => name === this.#name) ? message : undefined;
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return undefined;
      if (error instanceof Refusal) throw refused(error);
      if (error instanceof NoAnswer) throw new RelayRefusal(503, error.message, { cause: error });
      throw error;
    }
  }
}

const refused = (cause: Refusal): RelayRefusal => new RelayRefusal(cause.status, cause.message, { cause });

function unanswered(cause: Error, isInDoubt: boolean): RelayRefusal {
  const state = isInDoubt
    ? 'nobody knows whether the event is on record; send it again if twice does no harm'
    : 'the event was not kept; send it again then';
  return new RelayRefusal(503, `${cause.message}; ${state}`, { cause });
}
