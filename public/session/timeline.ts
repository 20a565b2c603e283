// The timeline of a session: a lane for the main agent and for each subagent, a bar for each call, to zoom and to follow.
import { coloursOf, onTheme } from '../design/colours.ts';
import { el, keepInOrder, setText } from '../design/dom.ts';
import { plural } from '../design/format.ts';
import { onceAFrame } from '../design/frame.ts';
import { type IconName, icon } from '../design/icons.ts';
import { join } from '../design/text.ts';
import type { Live } from '../live/live.ts';
import type { CallItem, WordsItem } from './items.ts';
import { type LaneRow, layoutOf } from './layout.ts';
import {
  INKS,
  type Inks,
  KIND_INK,
  type Place,
  paintAxis,
  paintRows,
  rowHeight,
  type Shape,
} from './paint.ts';
import { type Spot, watchPointer } from './pointer.ts';
import { makeScale } from './scale.ts';
import type { Story } from './story.ts';
import { tipNodes, tipWords } from './tip.ts';
import { stepTo } from './walk.ts';
import { Window } from './window.ts';

const AXIS = 24;
/** What a live session shows first, in milliseconds of its active time. */
const FIRST_MS = 10 * 60_000;
const LEGEND: readonly (readonly [string, string])[] = [
  [KIND_INK.run, 'commands'],
  [KIND_INK.read, 'reading'],
  [KIND_INK.write, 'writing'],
  [KIND_INK.agent, 'agents'],
  [KIND_INK.web, 'web and MCP'],
  ['failed', 'failed'],
  ['waits', 'asks you'],
];

/** What a press leads to. */
export interface Ways {
  /** Opens an event. */
  inspect(seq: number): void;
  /** Chooses whose words are shown, by the id of the lane. */
  select(laneId: string): void;
}

export interface Timeline {
  readonly node: HTMLElement;
  /** Takes over a story as it is at a time; `running` says whether the session lives. */
  update(story: Story, time: number, running: boolean, names: Names): void;
  /** Whose words are shown. */
  select(laneId: string): void;
}

type Names = Pick<Live, 'agentName'>;

/** The name of a lane, which is a button. */
interface Label {
  readonly node: HTMLElement;
  readonly press: HTMLElement;
  readonly name: HTMLElement;
  readonly what: HTMLElement;
}

export function makeTimeline(signal: AbortSignal, on: Ways): Timeline {
  const view = new Window();
  let rows: readonly LaneRow[] = [];
  let scale = makeScale([]);
  let shapes: readonly Shape[] = [];
  let inks: Inks | undefined;
  let now = 0;
  let live = false;
  let chosen: CallItem | WordsItem | undefined;
  let selected = '';
  let first = true;
  let laidOut: Story | undefined;
  let laidOutAs = '';

  const axis = el('canvas.axis', { 'aria-hidden': 'true' });
  const canvas = el('canvas.lanes', {
    tabindex: 0,
    role: 'application',
    'aria-roledescription': 'timeline',
    'aria-label':
      'Timeline of calls: the arrow keys go from call to call, plus and minus zoom, Enter opens one',
  });
  const labels = el('ul.list.lane-labels');
  const tip = el('div.tip', { hidden: true });
  const said = el('p.unseen', { role: 'status' });
  const button = (name: IconName, label: string, onclick: () => void): HTMLElement =>
    el(
      'button.button.quiet.square',
      { type: 'button', 'aria-label': label, title: label, onclick },
      icon(name),
    );
  const follow = el(
    'button.button.quiet',
    { type: 'button', 'aria-pressed': 'true', onclick: toggleFollow },
    'Follow',
  );
  const node = el(
    'section.timeline.panel',
    { 'aria-labelledby': 'timeline-title' },
    el(
      'header',
      {},
      el('h2', { id: 'timeline-title' }, 'Timeline'),
      el(
        'ul.list.legend',
        {},
        LEGEND.map(([kind, words]) => el('li', {}, el(`span.swatch.${kind}`), words)),
      ),
      el('span.spring'),
      button('minus', 'Zoom out', () => change(() => view.zoom(2))),
      button('plus', 'Zoom in', () => change(() => view.zoom(0.5))),
      button('fit', 'Show all of it', () => change(() => view.fit())),
      follow,
    ),
    axis,
    el('div.lane-scroll', {}, labels, canvas),
    tip,
    said,
  );
  const kept = new Map<string, Label>();

  function update(story: Story, time: number, running: boolean, names: Names): void {
    now = time;
    live = running;
    follow.hidden = !live;
    node.hidden = story.events === 0;
    // What is over stays as it is.
    const state = `${story.version} ${live}`;
    if (live || story !== laidOut || state !== laidOutAs) {
      const layout = layoutOf(story, { now, live });
      rows = layout.rows;
      scale = makeScale(layout.busy);
      [laidOut, laidOutAs] = [story, state];
    }
    view.setLength(scale.length);
    if (first && rows.length > 0 && story.events > 0) {
      first = false;
      if (live) view.follow(FIRST_MS);
      else view.fit();
    }
    keepInOrder(
      labels,
      kept,
      rows,
      ({ lane }) => lane.id,
      makeLabel,
      (label, row) => drawLabel(label, row, names),
    );
    draw();
  }

  function change(how: () => void): void {
    how();
    draw();
  }

  function toggleFollow(): void {
    change(() => {
      if (view.follows) view.follows = false;
      else view.follow();
    });
  }

  const place = (): Place => {
    const width = canvas.clientWidth || 1;
    return {
      width,
      height: canvas.clientHeight,
      head: Number.parseFloat(getComputedStyle(node).getPropertyValue('--lane-head')) || 0,
      perPixel: view.width / width,
      x: time => ((scale.toLength(time) - view.from) / view.width) * width,
      time: x => scale.toTime(view.from + (x / width) * view.width),
    };
  };

  const draw = onceAFrame(() => {
    if (signal.aborted || canvas.clientWidth === 0) return;
    inks ??= coloursOf(node, INKS);
    const head = place().head;
    const tall = rows.reduce((sum, row) => sum + rowHeight(row, head), 0);
    canvas.style.height = `${tall}px`;
    rows.forEach((row, index) => {
      const label = labels.children[index];
      if (label instanceof HTMLElement) label.style.height = `${rowHeight(row, head)}px`;
    });
    const spot = place();
    shapes = paintRows(prepare(canvas, spot.width, tall), {
      rows,
      scale,
      inks,
      place: { ...spot, height: tall },
      chosen,
      nowAt: live ? now : undefined,
    });
    paintAxis(prepare(axis, axis.clientWidth, AXIS), { scale, inks, place: { ...spot, height: AXIS } });
    follow.setAttribute('aria-pressed', String(view.follows));
  });

  function makeLabel({ lane }: LaneRow): Label {
    const name = el('span.data.one-line');
    const what = el('span.faint.tiny.data.one-line');
    const press = el(
      'button',
      { type: 'button', 'aria-pressed': 'false', onclick: () => on.select(lane.id) },
      name,
      what,
    );
    return { node: el('li', {}, press), press, name, what };
  }

  function drawLabel({ press, name, what }: Label, { lane, depth, bars }: LaneRow, names: Names): void {
    setText(name, lane.id === '' ? 'Main agent' : names.agentName(lane.id));
    setText(
      what,
      lane.id === ''
        ? plural(bars.length, 'call')
        : join(lane.description ? lane.type : '', plural(bars.length, 'call')),
    );
    press.style.paddingLeft = `${Math.min(depth, 4) * 12 + 16}px`;
    press.setAttribute('aria-pressed', String(lane.id === selected));
  }

  function select(laneId: string): void {
    selected = laneId;
    for (const [id, { press }] of kept) press.setAttribute('aria-pressed', String(id === laneId));
  }

  const at = ({ x, y }: Spot): Shape | undefined =>
    shapes.findLast(
      one => x >= one.x - 2 && x <= one.x + one.width + 2 && y >= one.y && y <= one.y + one.height,
    );

  watchPointer(canvas, signal, {
    pan: part => change(() => view.pan(part)),
    zoom: (factor, part) => change(() => view.zoom(factor, part)),
    hover: spot => showTip(spot),
    press: spot => {
      const shape = at(spot);
      if (shape !== undefined) on.inspect(shape.item.seq);
    },
  });

  function showTip(spot: Spot | undefined): void {
    const shape = spot === undefined ? undefined : at(spot);
    tip.hidden = shape === undefined;
    canvas.style.cursor = shape === undefined ? '' : 'pointer';
    if (shape === undefined || spot === undefined) return;
    tip.replaceChildren(...tipNodes(shape.item));
    const frame = canvas.getBoundingClientRect();
    const outer = node.getBoundingClientRect();
    const left = frame.left - outer.left + spot.x + 12;
    tip.style.left = `${Math.max(8, Math.min(left, outer.width - tip.offsetWidth - 8))}px`;
    tip.style.top = `${frame.top - outer.top + spot.y + 16}px`;
  }

  canvas.addEventListener('keydown', event => {
    const keys: Readonly<Record<string, () => void>> = {
      '+': () => view.zoom(0.5),
      '=': () => view.zoom(0.5),
      '-': () => view.zoom(2),
      0: () => view.fit(),
      f: () => view.follow(),
      ArrowRight: () => go(1, 0),
      ArrowLeft: () => go(-1, 0),
      ArrowDown: () => go(0, 1),
      ArrowUp: () => go(0, -1),
      Enter: () => {
        if (chosen !== undefined) on.inspect(chosen.seq);
      },
    };
    const pressed = keys[event.key];
    if (pressed === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    change(pressed);
  });
  canvas.addEventListener('blur', () => {
    chosen = undefined;
    draw();
  });

  function go(by: number, lanes: number): void {
    const next = stepTo(rows, chosen, by, lanes);
    if (next === undefined) return;
    chosen = next.bar.item;
    view.reveal(scale.toLength(next.bar.from));
    setText(said, tipWords(next.bar.item, next.row));
  }

  onTheme(() => {
    inks = undefined;
    draw();
  }, signal);
  const sized = new ResizeObserver(() => draw());
  sized.observe(canvas);
  signal.addEventListener('abort', () => sized.disconnect());
  return { node, update, select };
}

/** A canvas as large as it is shown, on screens of any density. */
function prepare(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const density = devicePixelRatio || 1;
  const [wide, tall] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== tall) canvas.height = tall;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser has no canvas to draw on');
  context.setTransform(density, 0, 0, density, 0, 0);
  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  return context;
}
