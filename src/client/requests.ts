// Questions to the daemon over a shared connection: each has an id, a time limit, and survives a reconnect.
import type { ClientMessage, ServerMessage, ServerMessageOf } from '../protocol/index.ts';
import type { Clock } from './clock.ts';
import { RequestError, TimeoutError } from './errors.ts';
import type { Guest } from './protocol-session.ts';
import { onAbort } from './signals.ts';
import type { Message, Transport } from './transport.ts';
import type { RequestOptions } from './types.ts';

type ReplyType = Exclude<ServerMessage['type'], 'error'>;

interface Pending {
  readonly message: ClientMessage;
  readonly settle: (reply: ServerMessage) => void;
  readonly fail: (error: unknown) => void;
}

export class Requests implements Guest {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #trouble: () => string | undefined;
  readonly #pending = new Map<string, Pending>();
  #transport: Transport | undefined;
  #count = 0;

  /**
   * @param timeoutMs how long an answer may take unless the request says otherwise
   * @param trouble why the connection does not stand, as far as is known
   */
  constructor(clock: Clock, timeoutMs: number, trouble: () => string | undefined) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#trouble = trouble;
  }

  /** Asks, and asks again after a reconnect: every request only reads, or has a key by which the daemon knows it again. */
  ask<T extends ReplyType>(
    message: ClientMessage,
    replyType: T,
    { timeoutMs = this.#timeoutMs, signal }: RequestOptions = {},
  ): Promise<ServerMessageOf<T>> {
    this.#count++;
    const id = `r${this.#count}`;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const done = (): void => {
        this.#pending.delete(id);
        this.#clock.clearTimeout(timer);
        forget();
      };
      const fail = (error: unknown): void => {
        done();
        reject(error);
      };
      const late = (): void =>
        fail(new TimeoutError(`the request ${message.type}`, timeoutMs, this.#trouble()));
      const timer = timeoutMs === Infinity ? undefined : this.#clock.setTimeout(late, timeoutMs);
      const forget = onAbort(signal, () => fail(signal?.reason));
      const settle = (reply: ServerMessage): void => {
        if (reply.type === 'error') return fail(new RequestError(reply.code, reply.message));
        if (reply.type !== replyType) return;
        done();
        resolve(reply as ServerMessageOf<T>);
      };
      const asked = { ...message, id };
      this.#pending.set(id, { message: asked, settle, fail });
      this.#transport?.send(asked);
    });
  }

  open(transport: Transport): void {
    this.#transport = transport;
    void transport.ended.then(() => {
      if (this.#transport === transport) this.#transport = undefined;
    });
    for (const { message } of this.#pending.values()) transport.send(message);
  }

  receive(message: Message): void {
    if ('id' in message) this.#pending.get(String(message.id))?.settle(message);
  }

  /** Everything that still waits fails with this. */
  failAll(error: Error): void {
    for (const { fail } of [...this.#pending.values()]) fail(error);
  }
}
