// Which events are done: where to go on so that none is left out, and which of those ahead are done already.
import type { Position } from '../../protocol/index.ts';

/** A place in the log, and what is done behind it. */
export interface Settled extends Position {
  /** Events after `seq` that are done though one before them is not, ascending. */
  readonly ahead: readonly number[];
}

export class Ledger {
  readonly #running = new Set<number>();
  #done: Set<number>;
  #epoch: string | undefined;

  /** @param before what was done by an earlier run */
  constructor(before: Settled | undefined) {
    this.#epoch = before?.epoch;
    this.#done = new Set(before?.ahead);
  }

  /** Whether an event is done. */
  has({ epoch, seq }: Position): boolean {
    return epoch === this.#epoch && this.#done.has(seq);
  }

  /** Notes that an event is being worked on. */
  begin({ epoch, seq }: Position): void {
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#running.clear();
      this.#done.clear();
    }
    this.#running.add(seq);
  }

  end({ epoch, seq }: Position): void {
    if (epoch !== this.#epoch) return; // It was of a numbering that is no more.
    this.#running.delete(seq);
    this.#done.add(seq);
  }

  /** What is settled, when everything up to `reached` was begun or need not be. */
  settled(reached: Position): Settled {
    const { epoch } = reached;
    if (epoch !== this.#epoch) return { ...reached, ahead: [] };
    const seq = Math.min(reached.seq, ...[...this.#running].map(one => one - 1));
    this.#done = new Set([...this.#done].filter(one => one > seq));
    return { epoch, seq, ahead: [...this.#done].sort((a, b) => a - b) };
  }
}
