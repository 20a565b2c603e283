// A stretch of time that is marked on a picture of it: drawn, moved and pulled by pointer or finger, and by the arrow keys.
import { el, setAttribute } from '../design/dom.ts';

export interface Span {
  /** In milliseconds since 1970. */
  readonly since: number;
  readonly until: number;
}

interface BrushOptions {
  /** How a moment is told. */
  words(timestamp: number): string;
  /** Something else is marked; undefined is nothing. `done` when the hand has let go of it, or rests. */
  marked(span: Span | undefined, done: boolean): void;
  readonly signal: AbortSignal;
}

export interface Brush {
  readonly node: HTMLElement;
  /** What the picture shows, what of it is marked, and how far an arrow key goes, in milliseconds. */
  draw(window: Span, span: Span | undefined, step: number): void;
}

/** How long keys have to rest, in milliseconds. */
const REST_MS = 400;
/** Pixels around an end where a pointer takes hold of it: fingers need more. */
const NEAR = { mouse: 6, touch: 20 };
/** A shorter way is a press, and no mark. */
const LEAST = 4;

type Part = 'since' | 'until' | 'both' | 'new';

export function makeBrush({ words, marked, signal }: BrushOptions): Brush {
  const region = el('div.brush-span', { hidden: true });
  const ends = { since: makeEnd('Beginning of the time shown'), until: makeEnd('End of the time shown') };
  const node = el('div.brush', {}, region, ends.since, ends.until);
  let window: Span = { since: 0, until: 1 };
  let span: Span | undefined;
  let step = 1000;
  let rest: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener('abort', () => clearTimeout(rest));
  /** What the pointer has taken hold of, where, and what was marked then. */
  let held: { part: Part; at: number; was: Span; x: number } | undefined;

  function makeEnd(label: string): HTMLElement {
    return el('div.brush-end', {
      role: 'slider',
      tabindex: 0,
      'aria-label': label,
      'aria-orientation': 'horizontal',
    });
  }

  function draw(shown: Span, chosen: Span | undefined, by: number): void {
    window = shown;
    step = by;
    // What a hand is at is not taken from it.
    if (held === undefined && rest === undefined) span = chosen;
    paint();
  }

  function paint(): void {
    const { since, until } = span ?? window;
    const place = (time: number): number =>
      Math.min(Math.max((100 * (time - window.since)) / (window.until - window.since), 0), 100);
    region.hidden = span === undefined;
    region.style.left = `${place(since)}%`;
    region.style.width = `${place(until) - place(since)}%`;
    for (const [end, time] of [
      ['since', since],
      ['until', until],
    ] as const) {
      ends[end].style.left = `${place(time)}%`;
      setAttribute(ends[end], 'aria-valuemin', Math.round(window.since));
      setAttribute(ends[end], 'aria-valuemax', Math.round(window.until));
      setAttribute(
        ends[end],
        'aria-valuenow',
        Math.round(Math.min(Math.max(time, window.since), window.until)),
      );
      setAttribute(ends[end], 'aria-valuetext', words(time));
    }
    node.classList.toggle('marked', span !== undefined);
  }

  /** Marks a stretch within what is shown, to the second. */
  function mark(since: number, until: number, done: boolean): void {
    const [from, to] = since <= until ? [since, until] : [until, since];
    const inside = (time: number): number =>
      Math.min(Math.max(Math.round(time / 1000) * 1000, window.since), window.until);
    span = { since: inside(from), until: Math.max(inside(to), inside(from) + 1000) };
    paint();
    marked(span, done);
  }

  function clear(): void {
    clearTimeout(rest);
    rest = undefined;
    held = undefined;
    span = undefined;
    paint();
    marked(undefined, true);
  }

  const timeAt = (x: number): number => {
    const { left, width } = node.getBoundingClientRect();
    return window.since + ((x - left) / Math.max(width, 1)) * (window.until - window.since);
  };

  /** What a pointer takes hold of where it is pressed. */
  function partAt({ clientX, pointerType }: PointerEvent): Part {
    if (span === undefined) return 'new';
    const { left, width } = region.getBoundingClientRect();
    const near = pointerType === 'mouse' ? NEAR.mouse : NEAR.touch;
    if (Math.abs(clientX - left) <= near) return 'since';
    if (Math.abs(clientX - left - width) <= near) return 'until';
    return clientX > left && clientX < left + width ? 'both' : 'new';
  }

  function onDown(event: PointerEvent): void {
    if (event.button !== 0 || !event.isPrimary) return;
    const at = timeAt(event.clientX);
    held = { part: partAt(event), at, was: span ?? { since: at, until: at }, x: event.clientX };
    node.setPointerCapture(event.pointerId);
  }

  function onMove(event: PointerEvent): void {
    if (held === undefined || (held.part === 'new' && Math.abs(event.clientX - held.x) < LEAST)) return;
    const now = timeAt(event.clientX);
    const { part, at, was } = held;
    if (part === 'new') return mark(at, now, false);
    if (part === 'both') return shift(was, now - at, false);
    if (part === 'since') mark(Math.min(now, was.until - 1000), was.until, false);
    else mark(was.since, Math.max(now, was.since + 1000), false);
  }

  /** Moves all of it, as far as there is room. */
  function shift({ since, until }: Span, by: number, done: boolean): void {
    const room = Math.min(Math.max(by, window.since - since), window.until - until);
    mark(since + room, until + room, done);
  }

  function onUp(event: PointerEvent): void {
    const was = held;
    held = undefined;
    if (was === undefined) return;
    // A press beside what is marked takes the mark away.
    if (was.part === 'new' && Math.abs(event.clientX - was.x) < LEAST) {
      if (span !== undefined) clear();
    } else if (span !== undefined && Math.abs(event.clientX - was.x) >= 1) marked(span, true);
  }

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      if (span === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      return clear();
    }
    if (event.key === 'Enter' && rest !== undefined) return settle();
    const end: keyof Span = event.target === ends.since ? 'since' : 'until';
    const { since, until } = span ?? window;
    const ways: Readonly<Record<string, number>> = {
      ...{ ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step },
      ...{ PageDown: -10 * step, PageUp: 10 * step },
      ...{ Home: window.since - window.until, End: window.until - window.since },
    };
    const by = Object.hasOwn(ways, event.key) ? (ways[event.key] ?? 0) : 0;
    if (by === 0) return;
    event.preventDefault();
    if (event.shiftKey) shift({ since, until }, by, false);
    else if (end === 'since') mark(Math.min(since + by, until - step), until, false);
    else mark(since, Math.max(until + by, since + step), false);
    clearTimeout(rest);
    rest = setTimeout(settle, REST_MS);
  }

  function settle(): void {
    clearTimeout(rest);
    rest = undefined;
    if (span !== undefined) marked(span, true);
  }

  node.addEventListener('pointerdown', onDown, { signal });
  node.addEventListener('pointermove', onMove, { signal });
  node.addEventListener('pointerup', onUp, { signal });
  node.addEventListener(
    'pointercancel',
    () => {
      const was = held?.was;
      held = undefined;
      if (was === undefined) return;
      span = was.since === was.until ? undefined : was;
      paint();
      marked(span, false);
    },
    { signal },
  );
  node.addEventListener('keydown', onKey, { signal });
  return { node, draw };
}
