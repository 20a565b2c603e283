// The machines that a hub shows: which are there, and which are away and since when.
import type { NodeState } from '../../src/protocol/index.ts';
import { el, keepInOrder, setText } from '../design/dom.ts';
import { ago, plural } from '../design/format.ts';
import { join, line } from '../design/text.ts';
import type { Live } from '../live/live.ts';

/** A section that is there on a hub that knows of a machine. */
export function shownMachines(live: Live, signal: AbortSignal): HTMLElement {
  const list = el('ul.list.machines');
  const node = el(
    'section.group',
    { 'aria-labelledby': 'machines', hidden: true },
    el('h2', { id: 'machines' }, 'Machines'),
    list,
  );
  const rows = new Map<string, Row>();
  const draw = (): void => {
    const all = [...live.nodes.values()];
    node.hidden = all.length === 0;
    keepInOrder(
      list,
      rows,
      all,
      one => one.node,
      makeRow,
      (row, one) => drawRow(row, one, live.sessions.filter(session => session.node === one.node).length),
    );
  };
  live.on('state', draw, { signal });
  const clock = setInterval(draw, 10_000);
  signal.addEventListener('abort', () => clearInterval(clock));
  draw();
  return node;
}

interface Row {
  readonly node: HTMLElement;
  readonly dot: HTMLElement;
  readonly name: HTMLElement;
  readonly what: HTMLElement;
}

function makeRow(): Row {
  const dot = el('span.dot');
  const name = el('span.data.one-line.machine-name');
  const what = el('span.faint.small');
  return { node: el('li', {}, dot, name, what), dot, name, what };
}

function drawRow({ dot, name, what }: Row, { node, state, heardAt }: NodeState, sessions: number): void {
  const isAway = state === 'away';
  dot.dataset['state'] = isAway ? 'offline' : 'idle';
  setText(name, line(node, 64));
  const heard = heardAt === undefined ? '' : `heard ${ago(Date.now() - heardAt)}`;
  setText(what, isAway ? join('away', heard) : sessions === 0 ? 'no session' : plural(sessions, 'session'));
}
