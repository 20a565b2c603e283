// Keeps a connection to a broker for as long as the daemon runs: connects, notices that it is lost, waits, and connects again.
import { setTimeout as delay } from 'node:timers/promises';
import { withDeadline } from '../deadline.ts';
import { inWords, isSystemError } from '../system-error.ts';
import { backoffMs } from './backoff.ts';
import type { Link } from './driver.ts';

export interface ConnectionOptions {
  /** @throws with words for people */
  readonly connect: (signal: AbortSignal) => Promise<Link>;
  /** It is there, and works. */
  readonly up: (link: Link) => void;
  /** It is not there, or not any more. Told once for each time it was lost, and once when it was not there from the start. */
  readonly down: (reason: string) => void;
  /** Milliseconds to wait after so many failures in a row. Default: at random, from half a second to half a minute. */
  readonly waitMs?: (failures: number) => number;
}

/** How long a try to connect may take, in milliseconds. */
const CONNECT_MS = 10_000;
/** How long a goodbye may take, in milliseconds. */
const GOODBYE_MS = 1000;

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;
  #link: Link | undefined;
  #problem: string | undefined = 'it was not reached yet';

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Undefined while there is none. */
  get link(): Link | undefined {
    return this.#link;
  }

  /** Why there is none, for people. */
  get problem(): string | undefined {
    return this.#problem;
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
    if (reason !== undefined) this.#fail(reason);
    await Promise.race([link.close(), delay(GOODBYE_MS, undefined, { ref: false })]);
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

  #fail(reason: string): void {
    const isNew = reason !== this.#problem;
    this.#problem = reason;
    if (isNew) this.#options.down(reason);
  }
}

/** Whoever connects says in words what did not work: nobody is helped by where in the code it was. */
function wordsOf(error: unknown): string {
  return error instanceof Error && !isSystemError(error) ? error.message : inWords(error);
}
