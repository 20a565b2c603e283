// Acknowledges what came in the order in which it came, as MQTT 5 demands (4.6), in whatever order it was done.

interface Arrived {
  isDone: boolean;
  readonly acknowledge: () => void;
}

export class Acks {
  readonly #arrived: Arrived[] = [];

  /** Returns what is to be called once it is done. */
  add(acknowledge: () => void): () => void {
    const one = { isDone: false, acknowledge };
    this.#arrived.push(one);
    return () => {
      one.isDone = true;
      while (this.#arrived[0]?.isDone) this.#arrived.shift()?.acknowledge();
    };
  }
}
