// The board: the sessions that live, in the order in which they need somebody; as they are now, or as they were.
import type { SessionState } from '../../src/protocol/index.ts';
import { command } from '../design/command.ts';
import { el, keepInOrder, setText } from '../design/dom.ts';
import { groupBy } from '../design/group.ts';
import { icon } from '../design/icons.ts';
import { sessionName } from '../design/names.ts';
import { line } from '../design/text.ts';
import type { App, Shown } from '../shell/app.ts';
import { href, type Route } from '../shell/route.ts';
import { type Card, type CardFacts, drawCard, makeCard } from './card.ts';
import { endedSessions } from './ended.ts';
import { latestEvents } from './latest.ts';
import { shownMachines } from './machines.ts';
import { byNeed, NEEDS, type Need } from './need.ts';
import { makePast, type Scene } from './past.ts';

export function show(
  root: HTMLElement,
  route: Route,
  { live, requests, signal, change, replace }: App,
): Shown {
  const group = (need: Need): Group => makeGroup(need, () => makeCard(live, requests, signal));
  const groups: Readonly<Record<Need, Group>> = {
    waiting: group('waiting'),
    failed: group('failed'),
    working: group('working'),
    idle: group('idle'),
  };
  const words = el('p.soft', { role: 'status' });
  const back = el(
    'button.button.quiet',
    { type: 'button', onclick: () => change({ at: live.position?.seq }) },
    icon('clock'),
    'Look back',
  );
  const ended = endedSessions(live, signal);
  const machines = shownMachines(live, signal);
  const latest = latestEvents(live, signal);
  const empty = el('div.empty', { hidden: true });
  const calm = el('p.empty', { hidden: true }, 'Nobody needs you, and nobody is at work.');
  /** What it was like then; undefined is now. */
  let past: Scene | undefined;
  let wanted: number | undefined;
  /** Since when nothing is heard of the daemon: until it is back the board is as it was then. */
  let lostAt: number | undefined;
  const travel = makePast(live, signal, {
    move: seq => replace({ at: seq }),
    leave: () => change({ at: undefined }),
    arrived: scene => {
      past = scene;
      draw();
    },
  });
  const main = [groups.waiting, groups.failed, groups.working].map(({ node }) => node);
  root.append(
    el('header.view-head', {}, el('h1', { tabindex: -1 }, 'Sessions'), words, el('span.spring'), back),
    travel.node,
    el(
      'div.board',
      {},
      el('div.board-main', {}, empty, calm, main, latest),
      el('div.board-rail', {}, groups.idle.node, machines, ended),
    ),
  );

  const draw = (): void => {
    if (!live.known) return;
    if (wanted !== undefined && past === undefined) return; // On the way there.
    const scene: Scene = past ?? {
      sessions: live.sessions,
      agents: live.agents,
      failures: live.failures,
      now: lostAt ?? Date.now(),
    };
    const agents = groupBy(scene.agents, ({ sessionId }) => sessionId);
    const nameOf = (session: SessionState): string => sessionName(session) || line(session.sessionId, 8);
    const names = groupBy(scene.sessions, nameOf);
    // A card that goes to another group is made anew, and what was chosen on it is lost: it is in the right one from the beginning.
    const asking = new Set(past === undefined ? requests.all.map(({ sessionId }) => sessionId) : []);
    const sorted = byNeed(scene.sessions, scene.failures, agents, asking);
    for (const [need, sessions] of sorted)
      drawGroup(groups[need], sessions, session => ({
        session,
        need,
        failure: scene.failures.get(session.sessionId),
        agents: agents.get(session.sessionId) ?? [],
        name: nameOf(session),
        link: href('session', session.sessionId),
        twin: (names.get(nameOf(session))?.length ?? 0) > 1,
        now: scene.now,
        isNow: past === undefined,
        isLive: lostAt === undefined,
        isAway: past === undefined && live.isAway(session),
      }));
    setText(words, headWords(summaryWords(sorted), past !== undefined, lostAt !== undefined));
    for (const node of [ended, latest, machines]) node.classList.toggle('of-now', past !== undefined);
    drawEmpty(empty, scene.sessions.length, past === undefined ? 'now' : 'then');
    calm.hidden = scene.sessions.length === 0 || scene.sessions.length > (sorted.get('idle')?.length ?? 0);
  };

  const listen = (): void => {
    const lost = live.known && live.phase.phase !== 'live';
    lostAt = lost ? (lostAt ?? Date.now()) : undefined;
    root.classList.toggle('stale', lost);
    draw();
  };
  live.on('phase', listen, { signal });
  live.on('state', listen, { signal });
  requests.addEventListener('change', draw, { signal });
  const clock = setInterval(() => past === undefined && draw(), 1000);
  signal.addEventListener('abort', () => clearInterval(clock));

  const update = ({ params }: Route): void => {
    const seq = Number(params.get('at') ?? Number.NaN);
    wanted = Number.isSafeInteger(seq) && seq >= 0 ? seq : undefined;
    root.classList.toggle('then', wanted !== undefined);
    back.hidden = wanted !== undefined;
    if (wanted === undefined) past = undefined;
    travel.show(wanted);
    draw();
  };
  listen();
  update(route);
  return { update };
}

interface Group {
  readonly node: HTMLElement;
  readonly list: HTMLElement;
  readonly number: HTMLElement;
  /** Session id → its card. */
  readonly cards: Map<string, Card>;
  readonly make: () => Card;
}

function makeGroup(need: Need, make: () => Card): Group {
  const title = NEEDS.find(one => one.need === need)?.title;
  const id = `need-${need}`;
  const number = el('span.number');
  const list = el('ul.list.cards');
  const node = el(
    'section.group',
    { 'aria-labelledby': id, hidden: true, 'data-need': need },
    el('h2', { id }, title, ' ', number),
    list,
  );
  return { node, list, number, cards: new Map(), make };
}

function drawGroup(
  { node, list, number, cards, make }: Group,
  sessions: readonly SessionState[],
  factsOf: (session: SessionState) => CardFacts,
): void {
  node.hidden = sessions.length === 0;
  setText(number, String(sessions.length));
  keepInOrder(
    list,
    cards,
    sessions,
    ({ sessionId }) => sessionId,
    make,
    (card, session) => drawCard(card, factsOf(session)),
  );
}

function drawEmpty(node: HTMLElement, sessions: number, when: 'now' | 'then'): void {
  node.hidden = sessions > 0;
  if (node.hidden || node.dataset['when'] === when) return;
  node.dataset['when'] = when;
  node.replaceChildren(
    ...(when === 'then'
      ? [el('p', {}, 'No session was running then.')]
      : [
          el('p', {}, 'No session is running.'),
          el(
            'p',
            {},
            'Start Claude Code in any folder and it appears here. If it does not, ',
            el('code', {}, command('doctor')),
            ' says why.',
          ),
        ]),
  );
}

function headWords(sums: string, then: boolean, lost: boolean): string {
  if (then) return `Then: ${sums || 'no session'}`;
  return lost ? `As last heard: ${sums || 'no session'}` : sums;
}

function summaryWords(sorted: ReadonlyMap<Need, readonly SessionState[]>): string {
  const number = (need: Need): number => sorted.get(need)?.length ?? 0;
  const parts: readonly (readonly [number, string])[] = [
    [number('waiting'), number('waiting') === 1 ? 'needs you' : 'need you'],
    [number('failed'), 'failed'],
    [number('working'), 'working'],
    [number('idle'), 'idle'],
  ];
  return parts
    .filter(([many]) => many > 0)
    .map(([many, word]) => `${many} ${word}`)
    .join(', ');
}
