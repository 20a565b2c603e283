// What is asked for again while something goes on: not with every event, but the last one is never passed over.

/**
 * Does something when it is asked for, at once or so many milliseconds after it was done last; what is asked for in between is done then,
 * once. Not any more once the signal aborts.
 */
export function atMostEvery(ms: number, task: () => void, signal: AbortSignal): () => void {
  let doneAt = Number.NEGATIVE_INFINITY;
  let due: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener('abort', () => clearTimeout(due));
  return () => {
    if (signal.aborted) return;
    due ??= setTimeout(
      () => {
        due = undefined;
        doneAt = performance.now();
        task();
      },
      Math.max(0, doneAt + ms - performance.now()),
    );
  };
}
