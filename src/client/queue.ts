// Items on their way from the socket to the program: pushed by one, awaited by the other.

/** A queue with one reader. It takes whatever is pushed; `full` and `roomy` tell the pusher when to stop and to go on. */
export class Queue<T> {
  /** Called whenever an item was taken. */
  onTaken: () => void = () => {};
  #items: T[] = [];
  #head = 0;
  #waiting: ((item: T | undefined) => void) | undefined;
  #fail: ((error: unknown) => void) | undefined;
  #ended = false;
  #error: { readonly cause: unknown } | undefined;
  readonly #limit: number;

  /** @param limit items that may wait before it counts as full */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#items.length - this.#head;
  }

  get full(): boolean {
    return this.size >= this.#limit;
  }

  /** Somebody waits for the next item. */
  get awaited(): boolean {
    return this.#waiting !== undefined;
  }

  /** Enough was taken for the pusher to go on. */
  get roomy(): boolean {
    return this.size * 2 <= this.#limit;
  }

  push(item: T): void {
    if (this.#ended) return;
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#items.push(item);
      return;
    }
    this.#settle();
    waiting(item);
  }

  /** The next item, or undefined at the end. One call at a time. */
  take(): Promise<T | undefined> {
    if (this.size > 0) {
      const item = this.#items[this.#head];
      this.#head++;
      // Cutting off what was read now and then keeps taking an item cheap, however many wait.
      if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#head);
        this.#head = 0;
      }
      this.onTaken();
      return Promise.resolve(item);
    }
    if (this.#error !== undefined) {
      const { cause } = this.#error;
      this.#error = undefined;
      return Promise.reject(cause);
    }
    if (this.#ended) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#waiting = resolve;
      this.#fail = reject;
    });
  }

  /** No further items; the reader gets what waits and then the end, or the error. */
  end(error?: { readonly cause: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    const [waiting, fail] = [this.#waiting, this.#fail];
    this.#settle();
    if (waiting === undefined || fail === undefined) this.#error = error;
    else if (error === undefined) waiting(undefined);
    else fail(error.cause);
  }

  /** Drops what waits. */
  clear(): void {
    this.#items = [];
    this.#head = 0;
  }

  #settle(): void {
    this.#waiting = undefined;
    this.#fail = undefined;
  }
}
