// Lets only so many be under way at a time, and the others wait in order: a broker breaks with whoever sends more than it takes.

export class Window {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param most how many, at least 1 */
  constructor(most: number) {
    this.#free = most;
  }

  /** Begins in the order of the calls. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>(resolve => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
