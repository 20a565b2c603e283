// Mouse, pen and fingers on the timeline: drag to move, wheel or pinch to zoom, press to open.

/** A press that moves less than this many pixels is a press, not a drag. */
const STILL = 4;

/**
 * @param on `pan(part)`, `zoom(factor, part)`: parts of the width; `hover(x, y)`, without arguments when gone; `press(x, y)`
 */
export function watchPointer(canvas, signal, on) {
  /** Pointers that are down: id → `{ x, y }`. */
  const down = new Map();
  let moved = 0;
  const spot = event => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const part = x => x / canvas.clientWidth;
  const spread = () => {
    const [one, other] = [...down.values()];
    return Math.max(20, Math.abs(one.x - other.x));
  };
  const listen = (type, handler) => canvas.addEventListener(type, handler, { signal, passive: false });

  listen('pointerdown', event => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    down.set(event.pointerId, spot(event));
    if (down.size === 1) moved = 0;
  });
  listen('pointermove', event => {
    const now = spot(event);
    const before = down.get(event.pointerId);
    if (before === undefined) return event.pointerType === 'mouse' ? on.hover(now.x, now.y) : undefined;
    const gap = down.size === 2 ? spread() : 0;
    down.set(event.pointerId, now);
    moved += Math.abs(now.x - before.x);
    if (moved < STILL) return;
    on.hover();
    if (down.size === 1) on.pan(part(before.x - now.x));
    else if (down.size === 2)
      on.zoom(gap / spread(), part([...down.values()].reduce((sum, { x }) => sum + x / 2, 0)));
  });
  listen('pointerup', event => {
    const pressed = down.delete(event.pointerId) && moved < STILL;
    const { x, y } = spot(event);
    if (pressed) on.press(x, y);
  });
  listen('pointercancel', event => down.delete(event.pointerId));
  listen('pointerleave', () => on.hover());
  listen('wheel', event => {
    const { x } = spot(event);
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (event.ctrlKey || event.metaKey) on.zoom(Math.exp(event.deltaY * 0.005), part(x));
    else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) on.pan(part(sideways));
    else return; // The page scrolls.
    event.preventDefault();
  });
}
