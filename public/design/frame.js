// Work that is done at most once a frame, however often it is asked for.

/** A function that asks for `work` with the next frame; `cancel` of it forgets the asking. */
export function onceAFrame(work) {
  let asked;
  const ask = () => {
    asked ??= requestAnimationFrame(() => {
      asked = undefined;
      work();
    });
  };
  ask.cancel = () => {
    cancelAnimationFrame(asked);
    asked = undefined;
  };
  return ask;
}
