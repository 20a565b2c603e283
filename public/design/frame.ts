// Work that is done at most once a frame, however often it is asked for.

/** Asks for the work with the next frame. */
export interface Asker {
  (): void;
  /** Forgets the asking. */
  cancel(): void;
}

/** A function that asks for `work` with the next frame. */
export function onceAFrame(work: () => void): Asker {
  let asked: number | undefined;
  const ask = (): void => {
    asked ??= requestAnimationFrame(() => {
      asked = undefined;
      work();
    });
  };
  ask.cancel = () => {
    if (asked !== undefined) cancelAnimationFrame(asked);
    asked = undefined;
  };
  return ask;
}
