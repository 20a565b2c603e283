// One place in the log, held through any number of connections: connects, resumes, and tells its readers what comes.
import type { Position } from '../protocol/index.ts';
import { addressOf, resolveFresh, sendable } from './address.ts';
import { fullJitter } from './backoff.ts';
import { type Clock, sleep } from './clock.ts';
import { Cursor } from './cursor.ts';
import { RefusedError } from './errors.ts';
import { type Guest, ProtocolSession } from './protocol-session.ts';
import { type Reader, Roster } from './reader.ts';
import { whyNotOpened } from './refusal.ts';
import { onAbort } from './signals.ts';
import type { Message } from './transport.ts';
import { Transport, type TransportEnd } from './transport.ts';
import type { Fetch, Fresh, SocketConstructor, Status } from './types.ts';

/** How every connection of a client is made. */
export interface DialOptions {
  readonly WebSocket: SocketConstructor;
  readonly fetch: Fetch;
  readonly url: Fresh<string>;
  readonly token: Fresh<string | undefined>;
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
  readonly idleMs: number;
  readonly random: () => number;
  readonly clock: Clock;
  /** Whether sessions may wait for answers from here. */
  readonly answers: boolean;
}

/** What the stream's only reader has yet to take; the stream goes as fast as that. */
export interface Flow {
  readonly full: boolean;
  readonly roomy: boolean;
  onTaken: () => void;
}

export interface StreamOptions {
  readonly dial: DialOptions;
  readonly onStatus: () => void;
  /** Trying again would change nothing. The stream is over. */
  readonly onFatal: (error: RefusedError) => void;
  /** Where to begin when no position is known. Default `now`. */
  readonly from?: 'now' | 'oldest' | Position;
  readonly guest?: Guest;
  /** A reader holds as much as it may: it has to leave, for the stream goes on. */
  readonly onFull?: (reader: Reader) => void;
  /** Instead of `onFull`: the stream stops reading. */
  readonly flow?: Flow;
}

/** What one try led to. */
interface Try {
  /** Messages came as they should, so the next failure is the first again. */
  readonly fine: boolean;
  readonly reason: string;
  readonly fatal?: RefusedError;
}

export class Stream {
  status: Status = { state: 'connecting', failures: 0 };
  readonly #options: StreamOptions;
  readonly #roster = new Roster();
  readonly #cursor: Cursor;
  readonly #stop = new AbortController();
  #transport: Transport | undefined;
  #protocol: ProtocolSession | undefined;
  #changing = false;
  #failures = 0;
  #refusals = 0;
  #trouble: string | undefined;

  constructor(options: StreamOptions) {
    const { from } = options;
    this.#options = options;
    this.#cursor = new Cursor(typeof from === 'object' ? from : undefined);
    if (options.flow !== undefined) options.flow.onTaken = () => this.#taken();
    void this.#run();
  }

  /** Everything up to here was received. */
  get position(): Position | undefined {
    return this.#cursor.position;
  }

  /** Why it is not live, as far as is known; undefined while it is. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Adds a reader of what comes from now on, or (alone on its stream) from the position the stream was made with. */
  add(reader: Reader, begun = false): void {
    if (typeof this.#options.from === 'object') this.#roster.resume(reader, begun);
    else this.#roster.join(reader);
    this.#changed();
  }

  remove(reader: Reader): void {
    this.#roster.remove(reader);
    this.#changed();
  }

  close(): void {
    this.#stop.abort();
    this.#transport?.close(1000, 'closed');
    this.#setStatus({ state: 'closed', failures: this.#failures });
  }

  /** Readers that come and go in the same moment are told to the daemon together. */
  #changed(): void {
    if (this.#changing) return;
    this.#changing = true;
    queueMicrotask(() => {
      this.#changing = false;
      this.#protocol?.readersChanged();
    });
  }

  async #run(): Promise<void> {
    const { dial, onFatal } = this.#options;
    await Promise.resolve(); // So that nothing is called back before whoever made the stream knows it.
    while (!this.#stop.signal.aborted) {
      this.#setStatus({ state: 'connecting', failures: this.#failures });
      const { fine, reason, fatal } = await this.#try();
      if (this.#stop.signal.aborted) return;
      if (fatal !== undefined) {
        this.#setStatus({ state: 'closed', failures: this.#failures, reason: fatal.message });
        this.#stop.abort();
        onFatal(fatal);
        return;
      }
      await this.#room();
      if (fine) this.#failures = 0;
      const { retryBaseMs, retryCapMs, random, clock } = dial;
      const delayMs = fullJitter(this.#failures, retryBaseMs, retryCapMs, random);
      this.#failures++;
      this.#setStatus({ state: 'waiting', failures: this.#failures, reason, delayMs });
      await sleep(delayMs, this.#stop.signal, clock);
    }
  }

  async #try(): Promise<Try> {
    const { dial, guest, from } = this.#options;
    let transport: Transport;
    let url: string;
    let token: string | undefined;
    try {
      url = addressOf(await resolveFresh(dial.url));
      token = sendable(await resolveFresh(dial.token));
      if (this.#stop.signal.aborted) return { fine: false, reason: 'closed' };
      transport = new Transport({ ...dial, url, token, onMessage: message => this.#receive(message) });
    } catch (error) {
      return { fine: false, reason: error instanceof Error ? error.message : String(error) };
    }
    const protocol = new ProtocolSession(transport, {
      answers: this.#options.dial.answers,
      roster: this.#roster,
      cursor: this.#cursor,
      guest,
      from: from === 'oldest' ? 'oldest' : 'now',
      onLive: () => {
        this.#refusals = 0;
        this.#setStatus({ state: 'live', failures: 0 });
      },
    });
    this.#transport = transport;
    this.#protocol = protocol;
    const end = await transport.ended;
    this.#transport = undefined;
    this.#protocol = undefined;
    if (!end.opened) return this.#notOpened(url, token);
    if (end.code === 4401 && typeof dial.token !== 'function') {
      const fatal = new RefusedError(401, 'unauthorized', inWords(end));
      return { fine: false, reason: fatal.message, fatal };
    }
    return { fine: protocol.fine, reason: inWords(end) };
  }

  #receive(message: Message): void {
    this.#protocol?.receive(message);
    const { flow, onFull } = this.#options;
    if (flow?.full === true && this.#transport?.pause() === false) {
      this.#transport.close(1000, 'the program is slower than the stream');
    }
    if (onFull !== undefined) for (const reader of this.#roster.active) if (reader.full) onFull(reader);
  }

  async #notOpened(url: string, token: string | undefined): Promise<Try> {
    const { dial } = this.#options;
    const refusal = await whyNotOpened(url, token, this.#stop.signal, dial.fetch);
    if (typeof refusal === 'string') return { fine: false, reason: refusal };
    // A token may have been replaced between reading and sending it, so a fresh one gets a second chance.
    this.#refusals++;
    const again = refusal.status === 401 && typeof dial.token === 'function' && this.#refusals < 2;
    return { fine: false, reason: refusal.message, ...(again ? {} : { fatal: refusal }) };
  }

  #taken(): void {
    if (this.#options.flow?.roomy !== true) return;
    this.#transport?.resume();
    this.#onRoom();
  }

  #onRoom: () => void = () => {};

  /** Waits until the program has taken enough for the stream to go on. */
  #room(): Promise<void> {
    const { flow } = this.#options;
    if (flow === undefined || flow.roomy || this.#stop.signal.aborted) return Promise.resolve();
    return new Promise(resolve => {
      const done = (): void => {
        forget();
        resolve();
      };
      const forget = onAbort(this.#stop.signal, done);
      this.#onRoom = done;
    });
  }

  #setStatus(status: Status): void {
    if (this.status.state === 'closed') return;
    this.status = status;
    // A new try does not make the last one's reason untrue.
    if (status.state !== 'connecting') this.#trouble = status.reason;
    this.#options.onStatus();
  }
}

function inWords({ code, reason }: TransportEnd): string {
  if (reason !== '') return reason;
  return code === 1001 ? 'the daemon is stopping' : `the connection was lost (${code})`;
}
