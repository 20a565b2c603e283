// Bars by day, stacked by model or project; a day at a time by mouse and by keyboard.
import { el, setText, svg } from '../design/dom.ts';
import { ticks } from './sums.js';

const TALL = 260;
const EDGE = { left: 56, right: 20, top: 12, bottom: 28 };
/** Room a day's label needs, in pixels. */
const LABEL = 46;

/**
 * A chart; `update({ days, names }, words)` draws it.
 *
 * `words` says things: `value(number)`, `axis(number)`, `day(day)`, `name(name)`.
 */
export function makeChart(signal) {
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
  let data;
  let words;
  let chosen;

  function update(next, say) {
    data = next;
    words = say;
    chosen = undefined;
    tip.hidden = true;
    draw();
  }

  const geometry = () => {
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
      y: value => EDGE.top + height - (value / scale.at(-1)) * height,
    };
  };

  function draw() {
    if (data === undefined || signal.aborted) return;
    const place = geometry();
    picture.setAttribute('viewBox', `0 0 ${place.wide} ${TALL}`);
    picture.setAttribute('width', place.wide);
    picture.setAttribute('height', TALL);
    const every = Math.max(1, Math.ceil(LABEL / place.step));
    const last = data.days.length - 1;
    picture.replaceChildren(
      ...place.scale.flatMap(value => [
        svg('line', { x1: EDGE.left, x2: place.wide - EDGE.right, y1: place.y(value), y2: place.y(value) }),
        svg('text.axis-value', { x: EDGE.left - 8, y: place.y(value) + 4 }, words.axis(value)),
      ]),
      ...data.days.map((one, index) => column(one, index, place)),
      // Last, so that no column is painted over them.
      ...data.days.flatMap(({ day }, index) =>
        (last - index) % every === 0
          ? [svg('text.axis-day', { x: place.x(index), y: TALL - 8 }, words.day(day))]
          : [],
      ),
    );
  }

  function column({ parts, total }, index, { x, y, bar, step }) {
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
    group.dataset.total = String(total);
    return group;
  }

  function choose(index, speak) {
    chosen = index;
    tip.hidden = index === undefined;
    for (const [at, bar] of [...picture.querySelectorAll('.day-bar')].entries())
      bar.classList.toggle('chosen', at === index);
    if (index === undefined) return;
    const one = data.days[index];
    const lines = data.names
      .map((name, part) => ({ name, part, value: one.parts[part] }))
      .filter(({ value }) => value > 0);
    tip.replaceChildren(
      el('p', {}, el('strong', {}, words.day(one.day)), ' ', words.value(one.total)),
      ...lines.map(({ name, part, value }) =>
        el(
          'p',
          {},
          el(`span.swatch.hue-${part + 1}`),
          el('span.data', {}, words.name(name)),
          ' ',
          words.value(value),
        ),
      ),
    );
    const left = geometry().x(index) + 12;
    tip.style.left = `${left + tip.offsetWidth > frame.clientWidth ? Math.max(0, left - 24 - tip.offsetWidth) : left}px`;
    if (!speak) return;
    const parts = lines.map(({ name, value }) => `${words.name(name)} ${words.value(value)}`);
    setText(said, `${words.day(one.day)}: ${[words.value(one.total), ...parts].join(', ')}`);
  }

  const at = event => {
    const place = geometry();
    const index = Math.floor((event.clientX - frame.getBoundingClientRect().left - EDGE.left) / place.step);
    return data.days[index] === undefined ? undefined : index;
  };
  frame.addEventListener('pointermove', event => data && choose(at(event), false), { signal });
  frame.addEventListener('pointerleave', () => choose(undefined, false), { signal });
  frame.addEventListener('blur', () => choose(undefined, false), { signal });
  frame.addEventListener(
    'keydown',
    event => {
      const last = (data?.days.length ?? 0) - 1;
      const from = chosen ?? last + (event.key === 'ArrowRight' ? 0 : 1);
      const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key];
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
