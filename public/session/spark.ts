// A number over time as a small line: what was spent, how full the context was.
import { el, setText, svg } from '../design/dom.ts';

const WIDE = 320;
const TALL = 64;
/** Different values that make a picture. */
const ENOUGH = 3;

export interface Point {
  readonly at: number;
  readonly value: number;
}

export interface Spark {
  readonly node: HTMLElement;
  /** Points by time; the label says the newest in words. */
  update(points: readonly Point[], label: string): void;
}

export function makeSpark(title: string): Spark {
  const area = svg('path.area');
  const line = svg('path.stroke');
  const picture = svg(
    'svg.spark',
    { viewBox: `0 0 ${WIDE} ${TALL}`, preserveAspectRatio: 'none', role: 'img' },
    area,
    line,
  );
  const value = el('span.value');
  const node = el(
    'figure.spark-figure',
    { hidden: true },
    el('figcaption', {}, el('span', {}, title), value),
    picture,
  );
  return {
    node,
    update(points, label) {
      node.hidden = points.length === 0;
      if (node.hidden) return;
      setText(value, label);
      // Two figures are no course.
      picture.toggleAttribute('hidden', new Set(points.map(point => point.value)).size < ENOUGH);
      picture.setAttribute('aria-label', `${title}: ${label}`);
      const path = stepsOf(points);
      line.setAttribute('d', path);
      area.setAttribute('d', `${path}V${TALL}H0Z`);
    },
  };
}

/** Each value holds until the next one; what was told late does not lead back in time. */
function stepsOf(points: readonly Point[]): string {
  const from = Math.min(...points.map(({ at }) => at));
  const to = Math.max(...points.map(({ at }) => at), from + 1);
  let x = 0;
  const most = Math.max(...points.map(({ value }) => value), 1e-9);
  const y = (value: number): string => (TALL - 2 - (value / most) * (TALL - 4)).toFixed(1);
  let path = `M0 ${y(points[0]?.value ?? 0)}`;
  for (const { at, value } of points) {
    x = Math.max(x, ((at - from) / (to - from)) * WIDE);
    path += `H${x.toFixed(1)}V${y(value)}`;
  }
  return `${path}H${WIDE}`;
}
