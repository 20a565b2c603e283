// Those who wait for a message to move, or for one to come.

type Wake = () => void;

export class Waiters {
  readonly #forMove = new Map<string, Set<Wake>>();
  readonly #forMessage = new Map<string, Set<Wake>>();

  /** Names for which somebody waits. */
  get names(): Iterable<string> {
    return this.#forMessage.keys();
  }

  /** Something of a message changed. */
  moved(id: string): void {
    for (const wake of [...(this.#forMove.get(id) ?? [])]) wake();
  }

  /** Something waits for a name. */
  queued(name: string): void {
    for (const wake of [...(this.#forMessage.get(name) ?? [])]) wake();
  }

  /** Resolves once it is so, looking again whenever the message moved; or when the signal fires. */
  untilMoved(id: string, signal: AbortSignal, isSo: () => boolean): Promise<void> {
    return until(this.#forMove, id, signal, isSo);
  }

  untilQueued(name: string, signal: AbortSignal, isSo: () => boolean): Promise<void> {
    return until(this.#forMessage, name, signal, isSo);
  }
}

function until(
  waiters: Map<string, Set<Wake>>,
  key: string,
  signal: AbortSignal,
  isSo: () => boolean,
): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted || isSo()) return resolve();
    const mine = waiters.get(key) ?? new Set();
    waiters.set(key, mine);
    const done = (): void => {
      mine.delete(look);
      if (mine.size === 0 && waiters.get(key) === mine) waiters.delete(key);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const look = (): void => {
      if (isSo()) done();
    };
    mine.add(look);
    signal.addEventListener('abort', done);
  });
}
