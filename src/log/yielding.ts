// Long work in short stretches: between two of them everybody else has a turn, and so has every other long work.

/** How long one stretch may hold up everybody else, in milliseconds. */
export const STRETCH_MS = 4;
/** Turns of the event loop that one request takes at most, from its first byte to its answer: it waits for one stretch, not for several. */
const TURNS_OF_A_REQUEST = 4;

let last: Promise<void> = Promise.resolve();

/** Resolves when everybody else had their turns, and no other long work has this one. */
export function ownTurn(): Promise<void> {
  last = last.then(letOthers);
  return last;
}

/** Does work that comes in steps. Others have their turns in between, but not before a stretch is over: little work is done at once. */
export async function inTurns<T>(steps: Generator<void, T, void>): Promise<T> {
  for (const stretch = new Stretch(); ; ) {
    const step = steps.next();
    if (step.done) return step.value;
    if (stretch.isOver) await stretch.next();
  }
}

/**
 * For long work that is a loop: `if (stretch.isOver) await stretch.next()` after each piece of it, however long one takes. It begins
 * with its making.
 */
export class Stretch {
  #until = performance.now() + STRETCH_MS;

  get isOver(): boolean {
    return performance.now() >= this.#until;
  }

  /** Resolves when others have had their turns. */
  async next(): Promise<void> {
    await ownTurn();
    this.#until = performance.now() + STRETCH_MS;
  }
}

async function letOthers(): Promise<void> {
  for (let turn = 0; turn < TURNS_OF_A_REQUEST; turn++) await new Promise(resolve => setImmediate(resolve));
}
