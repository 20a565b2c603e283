// Group commit: whoever waits for a transaction is answered after it.

export interface Batch<T> {
  /** Takes one of those that came in together. @throws what its sender is told; the others go on */
  take(one: T): void;
  /** Commits everything taken since the last call. @throws what the senders of all of them are told */
  commit(): void;
}

interface Waiting<T> {
  readonly one: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How long after a commit of many the next one waits for company, in milliseconds. */
const GATHER_MS = 2;
/** As many are not made to wait for more. */
const GATHER_MOST = 64;

/**
 * What comes alone is committed in its own tick. Where many come at once, and commit follows upon commit, the next one waits a little:
 * most of what a commit costs, it costs once.
 */
export class GroupCommit<T> {
  readonly #batch: Batch<T>;
  #waiting: Waiting<T>[] = [];
  #scheduled = false;
  /** Until when what comes is thought to be one of many, by a clock that never jumps. */
  #crowdedUntil = 0;

  constructor(batch: Batch<T>) {
    this.#batch = batch;
  }

  /** Resolves once it is committed, or is known to tell nothing new. */
  submit(one: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ one, resolve, reject });
      if (!this.#scheduled) this.#schedule();
      else if (this.#waiting.length === GATHER_MOST) setImmediate(() => this.flush());
    });
  }

  /** Commits what waits, now. Everything in it is synchronous, so nobody ever sees the state between two steps. */
  flush(): void {
    this.#scheduled = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    const taken = waiting.filter(one => this.#take(one));
    try {
      this.#batch.commit();
      for (const { resolve } of taken) resolve();
    } catch (error) {
      for (const { reject } of taken) reject(error);
    }
    if (waiting.length > 1) this.#crowdedUntil = performance.now() + GATHER_MS;
  }

  #schedule(): void {
    this.#scheduled = true;
    if (performance.now() < this.#crowdedUntil) setTimeout(() => this.flush(), GATHER_MS / 2);
    else setImmediate(() => this.flush());
  }

  #take({ one, reject }: Waiting<T>): boolean {
    try {
      this.#batch.take(one);
      return true;
    } catch (error) {
      reject(error);
      return false;
    }
  }
}
