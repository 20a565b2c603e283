// The picture above the feed: how many events there were when, what failed and what waited for somebody among them, and the time marked on it.
import { axisLabels } from '../board/axis.ts';
import { el, setOptional, setText, svg } from '../design/dom.ts';
import { clock, count, day, duration, moment, plural } from '../design/format.ts';
import { untilAnswered } from '../live/again.ts';
import { getHistogram, type Params } from '../live/api.ts';
import type { EventEntry } from '../live/entry.ts';
import type { Live } from '../live/live.ts';
import { makeBrush, type Span } from './brush.ts';
import { type Bar, Counts } from './counts.ts';
import { beginOf, type Range } from './range.ts';

const TALL = 48;
/** Bars asked for. */
const BARS = 100;
/** So many of them at most, while new ones come, before wider ones are asked for. */
const MOST_BARS = 2 * BARS;
/** How long what comes is gathered before it is drawn, in milliseconds. */
const GATHER_MS = 400;
const LABELS = 5;
/** Room that its label takes on the axis, in pixels. */
const LABEL = 110;

export interface HistogramOptions {
  /** The filter as the daemon is asked for it, without the time. */
  query(): Params;
  /** Whether an event that comes is one that is counted. */
  wants(entry: EventEntry): boolean;
  /** A stretch of time was chosen; undefined: none any more. */
  choose(span: Span | undefined): void;
}

export interface HistogramView {
  readonly node: HTMLElement;
  /** The time that is shown, and what of it is marked. */
  show(window: Range, span: Span | undefined): void;
  /** Counts anew: something else is wanted. */
  again(): void;
}

export function makeHistogram(live: Live, signal: AbortSignal, on: HistogramOptions): HistogramView {
  const paths = {
    plain: svg('path.bar-plain'),
    waiting: svg('path.bar-waiting', { fill: 'url(#waiting-dots)' }),
    failed: svg('path.bar-failed', { fill: 'url(#failed-lines)' }),
  };
  const picture = svg(
    'svg.moments',
    { 'aria-hidden': 'true', height: TALL, preserveAspectRatio: 'none' },
    patterns(),
    Object.values(paths),
  );
  const tip = el('div.tip', { hidden: true });
  const axis = el('div.past-axis', { 'aria-hidden': 'true' });
  const said = el('span');
  const wide = el('span.bar-width');
  const marked = el('strong');
  const problem = el('span.bad', { role: 'status', hidden: true });
  const legend = el('span.legend', {}, mark('failed', 'failed'), mark('waiting', 'waited for you'));
  const brush = makeBrush({
    words: time => moment(time),
    marked(span, done) {
      setText(marked, span === undefined ? '' : `${moment(span.since)} – ${moment(span.until)}`);
      tip.hidden = true;
      if (done) on.choose(span);
    },
    signal,
  });
  const frame = el('div.moments-frame', {}, picture, brush.node, tip);
  const node = el(
    'section.histogram',
    { 'aria-label': 'Events over time' },
    frame,
    axis,
    el('p.moments-words.tiny', {}, said, wide, marked, problem, legend),
  );
  let window: Range = {};
  let span: Span | undefined;
  let counts: Counts | undefined;
  let asked = new AbortController();
  let soon: ReturnType<typeof setTimeout> | undefined;
  let axisOf = '';
  signal.addEventListener('abort', () => {
    asked.abort();
    clearTimeout(soon);
  });

  /** From when to when, as it is now. */
  function bounds(): Span {
    const now = Date.now();
    const since = beginOf(window, now) ?? counts?.since ?? now - 60_000;
    const until = window.until ?? Math.max(now, counts?.until ?? now);
    return { since, until: Math.max(until, since + 1000) };
  }

  function ask(): void {
    asked.abort();
    asked = new AbortController();
    const mine = asked.signal;
    node.setAttribute('aria-busy', 'true');
    if (counts === undefined) setText(said, 'Counting…');
    void untilAnswered(
      live,
      mine,
      async () => {
        const { since, until } = window;
        const histogram = await getHistogram(
          { ...on.query(), since: beginOf(window) ?? since, until, buckets: BARS },
          mine,
        );
        counts = new Counts(histogram);
        setOptional(problem, '');
        follow();
      },
      ({ message }) => {
        setOptional(problem, `The events over time are not known: ${message}.`);
        if (counts === undefined) setText(said, '');
      },
    ).finally(() => {
      if (asked.signal === mine) node.removeAttribute('aria-busy');
    });
  }

  /** Takes over what came, and draws. */
  function follow(): void {
    soon = undefined;
    if (signal.aborted) return;
    if (counts !== undefined) {
      const { since, until } = bounds();
      const whole = counts.follow(live.ring, on.wants);
      if (!whole || (until - since) / counts.width > MOST_BARS) return ask();
    }
    draw();
  }

  function draw(): void {
    const shown = bounds();
    const width = counts?.width ?? 1000;
    brush.draw(shown, span, width);
    drawAxis(shown);
    if (counts === undefined) return;
    const { bars, total } = counts.between(shown.since, shown.until);
    const across = Math.max(frame.clientWidth, 100);
    picture.setAttribute('viewBox', `0 0 ${across} ${TALL}`);
    const most = Math.max(1, ...bars.map(({ events }) => events));
    const made = { plain: '', waiting: '', failed: '' };
    for (const bar of bars) add(made, bar, shown, width, across, most);
    for (const name of ['plain', 'waiting', 'failed'] as const) paths[name].setAttribute('d', made[name]);
    setText(said, totalWords(total));
    setText(wide, `a bar is ${duration(width)}`);
    frame.dataset['events'] = String(total.events);
  }

  function drawAxis({ since, until }: Span): void {
    const many = Math.max(2, Math.min(LABELS, Math.floor(frame.clientWidth / LABEL)));
    // To a pixel or so.
    const key = `${many} ${Math.round(since / ((until - since) / 500))} ${Math.round((until - since) / 1000)}`;
    if (key === axisOf) return;
    axisOf = key;
    const times = Array.from({ length: many }, (_, at) => since + ((until - since) * at) / (many - 1));
    axis.replaceChildren(...axisLabels(times).map(label => el('span', {}, label)));
  }

  /** The bar that a pointer is over, in words. */
  function pointAt(event: PointerEvent): void {
    if (counts === undefined || event.buttons !== 0) return;
    const { left, width: wide } = frame.getBoundingClientRect();
    const { since, until } = bounds();
    const time = since + ((event.clientX - left) / wide) * (until - since);
    const { bars } = counts.between(time, time + 1);
    const bar = bars[0];
    tip.hidden = bar === undefined;
    if (bar === undefined) return;
    tip.textContent = barWords(bar, counts.width);
    const x = event.clientX - left + 12;
    tip.style.left = `${x + tip.offsetWidth > wide ? Math.max(0, x - 24 - tip.offsetWidth) : x}px`;
  }

  frame.addEventListener('pointermove', pointAt, { signal });
  frame.addEventListener('pointerleave', () => (tip.hidden = true), { signal });
  live.on('rows', () => (soon ??= setTimeout(follow, GATHER_MS)), { signal });
  live.on('renumbered', ask, { signal });
  // Time goes on, though nothing comes.
  const ticking = setInterval(() => window.until === undefined && !document.hidden && follow(), 2000);
  const sized = new ResizeObserver(draw);
  sized.observe(frame);
  signal.addEventListener('abort', () => {
    clearInterval(ticking);
    sized.disconnect();
  });

  let before: string | undefined;
  return {
    node,
    show(next, chosen) {
      window = next;
      span = chosen;
      setText(marked, chosen === undefined ? '' : `${moment(chosen.since)} – ${moment(chosen.until)}`);
      const key = JSON.stringify(next);
      if (key !== before) ask();
      before = key;
      draw();
    },
    again: ask,
  };
}

interface Paths {
  plain: string;
  waiting: string;
  failed: string;
}

/** Adds a bar to the pictures of its parts: what failed stands on top, what waited under it; either is seen, however little it is. */
function add(
  paths: Paths,
  bar: Bar,
  { since, until }: Span,
  width: number,
  wide: number,
  most: number,
): void {
  const x = (time: number): number => ((time - since) / (until - since)) * wide;
  const left = Math.max(0, x(bar.at));
  const right = Math.min(wide, x(bar.at + width));
  const gap = right - left > 3 ? 1 : 0;
  const tall = (many: number, least: number): number =>
    many === 0 ? 0 : Math.max(least, (many / most) * (TALL - 2));
  const [failed, waiting] = [tall(bar.failed, 3), tall(bar.waiting, 3)];
  const all = Math.max(tall(bar.events, 2), failed + waiting);
  const box = (top: number, height: number): string =>
    height <= 0
      ? ''
      : `M${left.toFixed(1)} ${top.toFixed(1)}h${Math.max(1, right - left - gap).toFixed(1)}v${height.toFixed(1)}h-${Math.max(1, right - left - gap).toFixed(1)}z`;
  paths.failed += box(TALL - all, failed);
  paths.waiting += box(TALL - all + failed, waiting);
  paths.plain += box(TALL - all + failed + waiting, all - failed - waiting);
}

/** What distinguishes the parts besides their colours. */
function patterns(): SVGElement {
  const tile = (id: string, ...inside: SVGElement[]): SVGElement =>
    svg(
      'pattern',
      { id, width: 4, height: 4, patternUnits: 'userSpaceOnUse' },
      svg('rect', { width: 4, height: 4 }),
      inside,
    );
  return svg(
    'defs',
    {},
    tile('failed-lines', svg('path', { d: 'M-1 1l2-2M0 4l4-4M3 5l2-2' })),
    tile('waiting-dots', svg('circle', { cx: 2, cy: 2, r: 1 })),
  );
}

const mark = (kind: 'failed' | 'waiting', words: string): HTMLElement =>
  el(
    'span',
    {},
    svg(
      `svg.mark-${kind}`,
      { width: 10, height: 10, 'aria-hidden': 'true' },
      svg('rect', {
        width: 10,
        height: 10,
        fill: `url(#${kind === 'failed' ? 'failed-lines' : 'waiting-dots'})`,
      }),
    ),
    words,
  );

const partWords = ({ failed, waiting }: Bar): string[] => [
  ...(failed > 0 ? [`${count(failed)} failed`] : []),
  ...(waiting > 0 ? [`${count(waiting)} waited for you`] : []),
];

const totalWords = (total: Bar): string => [plural(total.events, 'event'), ...partWords(total)].join(' · ');

function barWords(bar: Bar, width: number): string {
  const date = width >= 86_400_000 ? '' : clock(bar.at + width);
  const when = date === '' ? day(bar.at) : `${moment(bar.at)} – ${date}`;
  return `${when}: ${[plural(bar.events, 'event'), ...partWords(bar)].join(', ')}`;
}
