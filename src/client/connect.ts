// A subscription that lives through restarts: connects, resumes where it was, and hands everything over in order.
import type { Position } from '../protocol/index.ts';
import { fullJitter, sleep } from './backoff.ts';
import { Link, type LinkEnd } from './link.ts';
import { Queue } from './queue.ts';
import { findRefusal } from './refusal.ts';
import { Talk } from './talk.ts';
import { Tracker } from './tracker.ts';
import type { Connection, ConnectOptions, Fresh, Item, SocketConstructor, Status } from './types.ts';

/**
 * Subscribes to a daemon's events.
 *
 * Iterating gives `event`, `snapshot`, `gap` and `reset` items. It ends after `close()` or the signal, and throws `RefusedError`
 * (token no longer valid, not allowed here) or `SubscriptionError` (bad topic); everything else is retried for ever.
 *
 * @example
 * for await (const item of connect({ url: 'ws://127.0.0.1:3838/ws', token, topics: ['tool.*'] })) {
 *   if (item.kind === 'event') console.log(item.event.type, item.event.data);
 * }
 *
 * @throws TypeError when there is no WebSocket to be had.
 */
export function connect(options: ConnectOptions): Connection {
  const WebSocket = options.WebSocket ?? (globalThis.WebSocket as SocketConstructor | undefined);
  if (WebSocket === undefined) {
    throw new TypeError(
      'this runtime has no WebSocket: pass one as the option `WebSocket`, such as that of "ws"',
    );
  }
  const client = new Client(options, WebSocket);
  client.start();
  return client;
}

interface Entry {
  readonly item: Item;
  readonly position: Position | undefined;
}

/** What one try led to. */
interface Try {
  /** Messages came as they should, so the next failure is the first again. */
  readonly fine: boolean;
  readonly reason: string;
  readonly fatal?: Error;
}

class Client implements Connection {
  status: Status = { state: 'connecting', failures: 0 };
  readonly #options: ConnectOptions;
  readonly #WebSocket: SocketConstructor;
  readonly #maxBuffered: number;
  readonly #stop = new AbortController();
  readonly #tracker: Tracker;
  readonly #queue: Queue<Entry>;
  #link: Link | undefined;
  #taken: Position | undefined;
  #onRoom: () => void = () => {};
  #failures = 0;
  #refusals = 0;

  constructor(options: ConnectOptions, WebSocket: SocketConstructor) {
    this.#options = options;
    this.#WebSocket = WebSocket;
    this.#maxBuffered = options.maxBuffered ?? 10_000;
    this.#tracker = new Tracker(options.since);
    this.#taken = options.since;
    this.#queue = new Queue<Entry>(
      entry => this.#handedOver(entry),
      () => this.close(),
    );
  }

  get position(): Position | undefined {
    return this.#queue.size === 0 ? this.#tracker.position : this.#taken;
  }

  [Symbol.asyncIterator](): AsyncIterator<Item> {
    const queue = this.#queue;
    const unwrap = (result: IteratorResult<Entry>): IteratorResult<Item> =>
      result.done === true ? result : { done: false, value: result.value.item };
    return {
      next: () => queue.next().then(unwrap),
      return: () => queue.return().then(unwrap),
    };
  }

  close(): void {
    this.#stop.abort();
    this.#link?.close(1000, 'closed');
    this.#queue.abandon();
    this.#setStatus({ state: 'closed', failures: this.#failures });
  }

  start(): void {
    const { signal } = this.#options;
    if (signal?.aborted) {
      this.close();
      return;
    }
    const abort = (): void => this.close();
    signal?.addEventListener('abort', abort);
    void this.#run().finally(() => signal?.removeEventListener('abort', abort));
  }

  async #run(): Promise<void> {
    const { retryBaseMs = 200, retryCapMs = 5_000, random = Math.random } = this.#options;
    await Promise.resolve(); // So that nothing is called back before `connect` has returned.
    while (!this.#stop.signal.aborted) {
      this.#setStatus({ state: 'connecting', failures: this.#failures });
      const { fine, reason, fatal } = await this.#try();
      if (this.#stop.signal.aborted) return;
      if (fatal !== undefined) {
        this.#setStatus({ state: 'closed', failures: this.#failures, reason: fatal.message });
        this.#queue.end({ cause: fatal });
        return;
      }
      await this.#room();
      if (fine) this.#failures = 0;
      const delayMs = fullJitter(this.#failures, retryBaseMs, retryCapMs, random);
      this.#failures++;
      this.#setStatus({ state: 'waiting', failures: this.#failures, reason, delayMs });
      await sleep(delayMs, this.#stop.signal);
    }
  }

  async #try(): Promise<Try> {
    let url: string;
    let token: string | undefined;
    try {
      url = await resolveFresh(this.#options.url);
      token = await resolveFresh(this.#options.token);
    } catch (error) {
      return { fine: false, reason: error instanceof Error ? error.message : String(error) };
    }
    if (this.#stop.signal.aborted) return { fine: false, reason: 'closed' };
    const talk = new Talk(this.#options, this.#tracker, {
      push: (item, position) => this.#push(item, position),
      live: () => {
        this.#refusals = 0;
        this.#setStatus({ state: 'live', failures: 0 });
      },
    });
    const idleMs = this.#options.idleMs ?? 45_000;
    const link = new Link({
      WebSocket: this.#WebSocket,
      url,
      token,
      idleMs,
      onMessage: message => talk.onMessage(message, link),
    });
    this.#link = link;
    const end = await link.ended;
    this.#link = undefined;
    if (talk.fatal !== undefined) return { fine: false, reason: talk.fatal.message, fatal: talk.fatal };
    if (!end.opened) return this.#notOpened(url, token);
    return { fine: talk.fine, reason: inWords(end) };
  }

  async #notOpened(url: string, token: string | undefined): Promise<Try> {
    const refusal = await findRefusal(url, token, this.#stop.signal);
    if (refusal === undefined) return { fine: false, reason: `no daemon answers at ${url}` };
    // A token may have been replaced between reading and sending it, so a fresh one gets a second chance.
    this.#refusals++;
    const again = refusal.status === 401 && typeof this.#options.token === 'function' && this.#refusals < 2;
    return { fine: false, reason: refusal.message, ...(again ? {} : { fatal: refusal }) };
  }

  #push(item: Item, position: Position | undefined): void {
    this.#queue.push({ item, position });
    if (this.#queue.size < this.#maxBuffered || this.#link === undefined) return;
    if (!this.#link.pause()) this.#link.close(1000, 'the program is slower than the stream');
  }

  #handedOver({ position }: Entry): void {
    this.#taken = position;
    if (this.#queue.size * 2 > this.#maxBuffered) return;
    this.#link?.resume();
    this.#onRoom();
  }

  /** Waits until the program has taken enough for the stream to go on. */
  #room(): Promise<void> {
    if (this.#queue.size * 2 <= this.#maxBuffered) return Promise.resolve();
    return new Promise(resolve => {
      this.#onRoom = resolve;
      this.#stop.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #setStatus(status: Status): void {
    if (this.status.state === 'closed') return;
    this.status = status;
    this.#options.onStatus?.(status);
  }
}

function inWords({ code, reason }: LinkEnd): string {
  if (reason !== '') return reason;
  return code === 1001 ? 'the daemon is stopping' : `the connection was lost (${code})`;
}

async function resolveFresh<T>(value: Fresh<T>): Promise<T> {
  return typeof value === 'function' ? (value as () => T | Promise<T>)() : value;
}
