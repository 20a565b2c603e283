// The sessions that ended last: they have left the board, but can still be looked at.
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { endWords } from '../design/client-words.ts';
import { el, keepInOrder, setText } from '../design/dom.ts';
import { ago } from '../design/format.ts';
import { baseName, join, line } from '../design/text.ts';
import { untilAnswered } from '../live/again.ts';
import { getEvents } from '../live/api.ts';
import type { Live } from '../live/live.ts';
import { href } from '../shell/route.ts';

const SHOWN = 6;
/** Ends that nobody asked for. */
const GONE = ['process_exited', 'silent'];

/** A section that is there when a session has ended. */
export function endedSessions(live: Live, signal: AbortSignal): HTMLElement {
  const list = el('ul.list.ended');
  const node = el(
    'section.group',
    { 'aria-labelledby': 'ended', hidden: true },
    el('h2', { id: 'ended' }, 'Ended'),
    list,
  );
  const rows = new Map<string, Row>();
  let ends: EventEnvelope[] = [];

  const take = (events: readonly EventEnvelope[]): void => {
    const more = events.filter(({ type }) => type === 'session.removed');
    if (more.length === 0) return;
    const byId = new Map([...ends, ...more].map(event => [event.sessionId, event]));
    ends = [...byId.values()].toSorted((left, right) => right.timestamp - left.timestamp).slice(0, SHOWN);
    draw();
  };
  const draw = (): void => {
    // One that was resumed is on the board again.
    const shown = ends.filter(({ sessionId }) => live.session(sessionId) === undefined);
    node.hidden = shown.length === 0;
    keepInOrder(list, rows, shown, ({ sessionId }) => sessionId, makeRow, drawRow);
  };
  const drawRow = ({ name, when }: Row, { sessionId, timestamp, data }: EventEnvelope): void => {
    // Its own name is known when its beginning was seen; the folder says enough otherwise.
    const known = live.nameOf(sessionId);
    const folder = line(baseName(line(data.cwd)), 60);
    setText(name, known.startsWith(sessionId.slice(0, 4)) && folder !== '' ? folder : known);
    setText(
      when,
      join(
        GONE.some(reason => reason === data.reason) ? endWords(data.reason) : '',
        ago(Date.now() - timestamp),
      ),
    );
  };

  live.on('events', ({ detail }) => take(detail), { signal });
  live.on('state', draw, { signal });
  live.on('renumbered', () => recall(), { signal });
  const clock = setInterval(draw, 10_000);
  signal.addEventListener('abort', () => clearInterval(clock));
  const recall = (): void => {
    ends = [];
    const wanted = { topics: 'session.removed', from: 'newest', limit: 3 * SHOWN };
    const load = async (): Promise<void> => take((await getEvents(wanted, signal)).events);
    void untilAnswered(live, signal, load);
  };
  recall();
  return node;
}

interface Row {
  readonly node: HTMLElement;
  readonly name: HTMLElement;
  readonly when: HTMLElement;
}

function makeRow({ sessionId }: EventEnvelope): Row {
  const name = el('a.ended-name.data.one-line', { href: href('session', sessionId) });
  const when = el('span.faint.small');
  return { node: el('li', {}, name, when), name, when };
}
