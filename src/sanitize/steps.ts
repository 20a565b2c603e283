// Long work in short steps: whoever runs it may give others a turn in between.

/** What comes of the work is returned at its end. */
export type Steps<T> = Generator<void, T, void>;

/** Does all of it at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
