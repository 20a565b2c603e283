// Keeps a connection to a broker for as long as the daemon runs: connects, notices that it is lost, waits, and connects again; and knows what it refuses.
import { setTimeout as delay } from 'node:timers/promises';
import { withDeadline } from '../deadline.ts';
import { NotCarriedError } from '../inbox/index.ts';
import { backoffMs } from './backoff.ts';
import type { Link } from './driver.ts';
import { wordsOf } from './words.ts';

/** What goes over a connection: one of it may be refused while the others are not. */
export type Cargo = 'events' | 'receipts' | 'messages' | 'names' | 'state';

export interface ConnectionOptions {
  /** @throws with words for people */
  readonly connect: (signal: AbortSignal) => Promise<Link>;
  /** It is there, and works. */
  readonly up: (link: Link) => void;
  /**
   * It is not there, or not any more, or takes nothing. Told once for each time it was lost, and once when it was not there from the
   * start.
   */
  readonly down: (reason: string) => void;
  /** What is refused is other than it was. `isLess`: it is less, so that all that waits may be tried again. */
  readonly refused?: (isLess: boolean) => void;
  /** Milliseconds to wait after so many failures in a row. Default: at random, from half a second to half a minute. */
  readonly waitMs?: (failures: number) => number;
}

/** How long a try to connect may take, in milliseconds. */
const CONNECT_MS = 10_000;
/** How long a goodbye may take, in milliseconds. */
const GOODBYE_MS = 1000;
/** How long a refusal is told that nobody tries again, in milliseconds: longer than whoever tries again waits. */
const REFUSAL_MS = 60_000;

interface Refusal {
  readonly reason: string;
  /** Of a clock that never jumps. */
  readonly at: number;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;
  #link: Link | undefined;
  #problem: string | undefined = 'it was not reached yet';
  readonly #refusals = new Map<Cargo, Refusal>();
  /** Ends what is under way. */
  readonly #underWay = new Set<(reason: Error) => void>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Undefined while there is none. */
  get link(): Link | undefined {
    return this.#link;
  }

  /** Why there is none, or why nothing goes over it, for people. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Why something of this is not taken, although the connection is there, for people. */
  refusal(cargo: Cargo): string | undefined {
    const { reason, at = 0 } = this.#refusals.get(cargo) ?? {};
    return performance.now() - at < REFUSAL_MS ? reason : undefined;
  }

  /**
   * Does something over the connection; what the broker refuses is known (`refusal`) until something of the same goes through.
   *
   * @throws when there is no connection, when it is lost meanwhile, and what `work` rejects with
   */
  async over<T>(cargo: Cargo, work: (link: Link) => Promise<T>): Promise<T> {
    const link = this.#link;
    if (link === undefined) throw new Error('the broker is away');
    let end = (_: Error): void => {};
    const ended = new Promise<never>((_, reject) => {
      end = reject;
    });
    this.#underWay.add(end);
    try {
      const result = await Promise.race([work(link), ended]);
      if (this.#refusals.delete(cargo)) this.#options.refused?.(true);
      return result;
    } catch (error) {
      // It may fail a moment before the connection is known to be gone.
      await new Promise(setImmediate);
      // What fails because the connection is gone was not refused; what never can be carried is nothing to wait for.
      if (this.#link === link && !(error instanceof NotCarriedError)) this.#refuse(cargo, wordsOf(error));
      throw error;
    } finally {
      this.#underWay.delete(end);
    }
  }

  /** The broker is there, and says that it takes nothing for now; undefined: it does again. */
  block(reason: string | undefined): void {
    if (this.#link === undefined) return;
    if (reason !== undefined) return this.#fail(reason);
    this.#problem = undefined;
    this.#options.refused?.(true);
  }

  /** Waits for nobody: a broker that is away keeps nothing from starting. */
  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    const { waitMs = backoffMs } = this.#options;
    for (let failures = 1; !signal.aborted; failures++) {
      const link = await this.#connect();
      if (link !== undefined) {
        failures = 0;
        await this.#use(link);
      }
      if (signal.aborted) return;
      await delay(waitMs(Math.max(1, failures)), undefined, { signal }).catch(() => {});
    }
  }

  async #connect(): Promise<Link | undefined> {
    try {
      return await withDeadline(CONNECT_MS, [this.#stopped.signal], signal => this.#options.connect(signal));
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#fail(wordsOf(error));
      return undefined;
    }
  }

  async #use(link: Link): Promise<void> {
    this.#link = link;
    this.#problem = undefined;
    this.#options.up(link);
    const reason = await this.#untilOver(link);
    this.#link = undefined;
    this.#refusals.clear();
    if (reason !== undefined) this.#fail(reason);
    await Promise.race([link.close(), delay(GOODBYE_MS, undefined, { ref: false })]);
    for (const end of this.#underWay) end(new Error(reason ?? 'the connection was closed'));
  }

  /** Why it is lost; undefined when it is not needed any more. */
  async #untilOver(link: Link): Promise<string | undefined> {
    const { signal } = this.#stopped;
    let stop = (): void => {};
    const stopped = new Promise<undefined>(resolve => {
      stop = () => resolve(undefined);
    });
    if (signal.aborted) stop();
    // Connections come and go for as long as the daemon runs.
    signal.addEventListener('abort', stop);
    try {
      return await Promise.race([link.lost, stopped]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  #refuse(cargo: Cargo, reason: string): void {
    const isNew = this.refusal(cargo) !== reason;
    this.#refusals.set(cargo, { reason, at: performance.now() });
    if (isNew) this.#options.refused?.(false);
  }

  #fail(reason: string): void {
    const isNew = reason !== this.#problem;
    this.#problem = reason;
    if (isNew) this.#options.down(reason);
  }
}
