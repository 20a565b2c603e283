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
  for (let until = performance.now() + STRETCH_MS; ; ) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() < until) continue;
    await ownTurn();
    until = performance.now() + STRETCH_MS;
  }
}

async function letOthers(): Promise<void> {
  for (let turn = 0; turn < TURNS_OF_A_REQUEST; turn++) await new Promise(resolve => setImmediate(resolve));
}
