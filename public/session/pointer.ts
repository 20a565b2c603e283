// Mouse, pen and fingers on the timeline: drag to move, wheel or pinch to zoom, press to open.

/** A press that moves less than this many pixels is a press, not a drag. */
const STILL = 4;

/** A place on the canvas, in pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** What is done, in parts of the width. */
interface Gestures {
  pan(part: number): void;
  zoom(factor: number, part: number): void;
  /** Undefined when it is gone. */
  hover(spot: Spot | undefined): void;
  press(spot: Spot): void;
}

export function watchPointer(canvas: HTMLElement, signal: AbortSignal, on: Gestures): void {
  /** Pointers that are down, by their id. */
  const down = new Map<number, Spot>();
  let moved = 0;
  const spot = (event: MouseEvent): Spot => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const part = (x: number): number => x / canvas.clientWidth;
  const spread = (): number => {
    const [one, other] = [...down.values()];
    return Math.max(20, Math.abs((one?.x ?? 0) - (other?.x ?? 0)));
  };
  const listen = <Name extends keyof HTMLElementEventMap>(
    type: Name,
    handler: (event: HTMLElementEventMap[Name]) => void,
  ): void => canvas.addEventListener(type, handler, { signal, passive: false });

  listen('pointerdown', event => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    down.set(event.pointerId, spot(event));
    if (down.size === 1) moved = 0;
  });
  listen('pointermove', event => {
    const now = spot(event);
    const before = down.get(event.pointerId);
    if (before === undefined) return event.pointerType === 'mouse' ? on.hover(now) : undefined;
    const gap = down.size === 2 ? spread() : 0;
    down.set(event.pointerId, now);
    moved += Math.abs(now.x - before.x);
    if (moved < STILL) return;
    on.hover(undefined);
    if (down.size === 1) on.pan(part(before.x - now.x));
    else if (down.size === 2)
      on.zoom(gap / spread(), part([...down.values()].reduce((sum, { x }) => sum + x / 2, 0)));
  });
  listen('pointerup', event => {
    const pressed = down.delete(event.pointerId) && moved < STILL;
    if (pressed) on.press(spot(event));
  });
  listen('pointercancel', event => {
    down.delete(event.pointerId);
  });
  listen('pointerleave', () => on.hover(undefined));
  listen('wheel', event => {
    const { x } = spot(event);
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (event.ctrlKey || event.metaKey) on.zoom(Math.exp(event.deltaY * 0.005), part(x));
    else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) on.pan(part(sideways));
    else return; // The page scrolls.
    event.preventDefault();
  });
}
