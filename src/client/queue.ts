// Items on their way from the socket to the program: pushed by one, awaited by the other.

/** A queue that is read as an async iterator by one reader. */
export class Queue<T> implements AsyncIterator<T> {
  #items: T[] = [];
  #head = 0;
  #waiting: ((result: IteratorResult<T>) => void) | undefined;
  #fail: ((error: unknown) => void) | undefined;
  #ended = false;
  #error: { readonly cause: unknown } | undefined;
  readonly #onTaken: (item: T) => void;
  readonly #onReturn: () => void;

  /**
   * @param onTaken called with every item that the reader takes
   * @param onReturn called when the reader stops early (`break`)
   */
  constructor(onTaken: (item: T) => void, onReturn: () => void) {
    this.#onTaken = onTaken;
    this.#onReturn = onReturn;
  }

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    if (this.#ended) return;
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#items.push(item);
      return;
    }
    this.#settle();
    this.#onTaken(item);
    waiting({ done: false, value: item });
  }

  /** No further items; the reader gets what waits and then the end, or the error. */
  end(error?: { readonly cause: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    const [waiting, fail] = [this.#waiting, this.#fail];
    this.#settle();
    if (waiting === undefined || fail === undefined) this.#error = error;
    else if (error === undefined) waiting({ done: true, value: undefined });
    else fail(error.cause);
  }

  /** Ends at once and drops what waits. */
  abandon(): void {
    this.#items = [];
    this.#head = 0;
    this.end();
  }

  next(): Promise<IteratorResult<T>> {
    const value = this.#items[this.#head];
    if (value !== undefined) {
      this.#head++;
      // Cutting off what was read now and then keeps taking an item cheap, however many wait.
      if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#head);
        this.#head = 0;
      }
      this.#onTaken(value);
      return Promise.resolve({ done: false, value });
    }
    if (this.#error !== undefined) {
      const { cause } = this.#error;
      this.#error = undefined;
      return Promise.reject(cause);
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting = resolve;
      this.#fail = reject;
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#onReturn();
    this.abandon();
    return Promise.resolve({ done: true, value: undefined });
  }

  #settle(): void {
    this.#waiting = undefined;
    this.#fail = undefined;
  }
}
