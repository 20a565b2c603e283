// Bars by day, stacked by model or project; a day at a time by mouse and by keyboard.
import { el, setText, svg } from '../design/dom.ts';
import { type Column, type Series, ticks } from './sums.ts';

const TALL = 260;
const EDGE = { left: 56, right: 20, top: 12, bottom: 28 };
/** Room a day's label needs, in pixels. */
const LABEL = 46;

/** Says what the chart shows. */
export interface ChartWords {
  value(value: number): string;
  axis(value: number): string;
  day(day: string): string;
  /** Of a group; undefined is all that are small. */
  name(name: string | undefined): string;
}

export interface Chart {
  readonly node: HTMLElement;
  update(next: Series, say: ChartWords): void;
}

/** From data to pixels. */
interface Geometry {
  readonly wide: number;
  readonly scale: readonly number[];
  readonly step: number;
  readonly bar: number;
  x(index: number): number;
  y(value: number): number;
}

export function makeChart(signal: AbortSignal): Chart {
  const picture = svg('svg.bars', { role: 'img', 'aria-label': 'Usage by day' });
  const tip = el('div.tip', { hidden: true });
  const said = el('p.unseen', { role: 'status' });
  const frame = el(
    'div.chart',
    { tabindex: 0, role: 'group', 'aria-label': 'Chart by day: the arrow keys go from day to day' },
    picture,
    tip,
    said,
  );
  let data: Series = { days: [], names: [] };
  let words: ChartWords | undefined;
  let chosen: number | undefined;

  function update(next: Series, say: ChartWords): void {
    data = next;
    words = say;
    chosen = undefined;
    tip.hidden = true;
    draw();
  }

  const geometry = (): Geometry => {
    const wide = Math.max(frame.clientWidth, 240);
    const scale = ticks(Math.max(0, ...data.days.map(({ total }) => total)));
    const room = wide - EDGE.left - EDGE.right;
    const step = room / Math.max(data.days.length, 1);
    const height = TALL - EDGE.top - EDGE.bottom;
    return {
      wide,
      scale,
      step,
      bar: Math.max(1, Math.min(step - Math.min(6, step * 0.25), 56)),
      x: index => EDGE.left + index * step + step / 2,
      y: value => EDGE.top + height - (value / (scale.at(-1) ?? 1)) * height,
    };
  };

  function draw(): void {
    if (words === undefined || signal.aborted) return;
    const say = words;
    const place = geometry();
    picture.setAttribute('viewBox', `0 0 ${place.wide} ${TALL}`);
    picture.setAttribute('width', String(place.wide));
    picture.setAttribute('height', String(TALL));
    const every = Math.max(1, Math.ceil(LABEL / place.step));
    const last = data.days.length - 1;
    picture.replaceChildren(
      ...place.scale.flatMap(value => [
        svg('line', { x1: EDGE.left, x2: place.wide - EDGE.right, y1: place.y(value), y2: place.y(value) }),
        svg('text.axis-value', { x: EDGE.left - 8, y: place.y(value) + 4 }, say.axis(value)),
      ]),
      ...data.days.map((one, index) => column(one, index, place)),
      // Last, so that no column is painted over them.
      ...data.days.flatMap(({ day }, index) =>
        (last - index) % every === 0
          ? [svg('text.axis-day', { x: place.x(index), y: TALL - 8 }, say.day(day))]
          : [],
      ),
    );
  }

  function column({ parts, total }: Column, index: number, { x, y, bar, step }: Geometry): SVGElement {
    let below = 0;
    const stack = parts.map((value, part) => {
      const top = y(below + value);
      const height = y(below) - top;
      below += value;
      return height < 0.3
        ? undefined
        : svg(`rect.hue-${part + 1}`, { x: x(index) - bar / 2, y: top, width: bar, height });
    });
    const hit = svg('rect.hit-area', {
      x: x(index) - step / 2,
      y: EDGE.top,
      width: step,
      height: TALL - EDGE.top,
    });
    const group = svg(`g.day-bar${index === chosen ? '.chosen' : ''}`, {}, hit, stack);
    group.dataset['total'] = String(total);
    return group;
  }

  function choose(index: number | undefined, speak: boolean): void {
    chosen = index;
    tip.hidden = index === undefined;
    for (const [at, bar] of [...picture.querySelectorAll('.day-bar')].entries())
      bar.classList.toggle('chosen', at === index);
    const one = index === undefined ? undefined : data.days[index];
    if (index === undefined || one === undefined || words === undefined) return;
    const say = words;
    const lines = data.names
      .map((name, part) => ({ name, part, value: one.parts[part] ?? 0 }))
      .filter(({ value }) => value > 0);
    tip.replaceChildren(
      el('p', {}, el('strong', {}, say.day(one.day)), ' ', say.value(one.total)),
      ...lines.map(({ name, part, value }) =>
        el(
          'p',
          {},
          el(`span.swatch.hue-${part + 1}`),
          el('span.data', {}, say.name(name)),
          ' ',
          say.value(value),
        ),
      ),
    );
    const left = geometry().x(index) + 12;
    tip.style.left = `${left + tip.offsetWidth > frame.clientWidth ? Math.max(0, left - 24 - tip.offsetWidth) : left}px`;
    if (!speak) return;
    const parts = lines.map(({ name, value }) => `${say.name(name)} ${say.value(value)}`);
    setText(said, `${say.day(one.day)}: ${[say.value(one.total), ...parts].join(', ')}`);
  }

  const at = (event: PointerEvent): number | undefined => {
    const place = geometry();
    const index = Math.floor((event.clientX - frame.getBoundingClientRect().left - EDGE.left) / place.step);
    return data.days[index] === undefined ? undefined : index;
  };
  frame.addEventListener('pointermove', event => choose(at(event), false), { signal });
  frame.addEventListener('pointerleave', () => choose(undefined, false), { signal });
  frame.addEventListener('blur', () => choose(undefined, false), { signal });
  frame.addEventListener(
    'keydown',
    event => {
      const last = data.days.length - 1;
      const from = chosen ?? last + (event.key === 'ArrowRight' ? 0 : 1);
      const places: Readonly<Record<string, number>> = {
        ArrowLeft: from - 1,
        ArrowRight: from + 1,
        Home: 0,
        End: last,
      };
      const to = places[event.key];
      if (to === undefined || last < 0) return;
      event.preventDefault();
      choose(Math.min(Math.max(to, 0), last), true);
    },
    { signal },
  );
  const sized = new ResizeObserver(draw);
  sized.observe(frame);
  signal.addEventListener('abort', () => sized.disconnect());
  return { node: frame, update };
}
