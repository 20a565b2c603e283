// The board: the sessions that live, in the order in which they need somebody; as they are now, or as they were.
import type { SessionState } from '../../src/protocol/index.ts';
import { el, setText } from '../design/dom.ts';
import { groupBy } from '../design/group.ts';
import { icon } from '../design/icons.ts';
import { sessionName } from '../design/names.ts';
import { line } from '../design/text.ts';
import type { App, Shown } from '../shell/app.ts';
import { href, type Route } from '../shell/route.ts';
import { type CardFacts, makeCard } from './card.ts';
import { makeCards } from './cards.ts';
import {
  type Choice,
  choiceOf,
  formOf,
  isFiltered,
  type Member,
  projectNames,
  sectionsOf,
} from './choice.ts';
import { boardCommands } from './commands.ts';
import { endedSessions } from './ended.ts';
import { makeFilterBar } from './filter-bar.ts';
import { keepingFocus } from './keep-focus.ts';
import { latestEvents } from './latest.ts';
import { type Asked, drawLine, makeLine } from './line.ts';
import { makeList } from './list.ts';
import { shownMachines } from './machines.ts';
import { byNeed } from './need.ts';
import { makePast, type Scene } from './past.ts';
import { drawEmpty, headWords, summaryWords } from './words.ts';

const nameOf = (session: SessionState): string => sessionName(session) || line(session.sessionId, 8);

export function show(root: HTMLElement, route: Route, app: App): Shown {
  const { live, requests, signal, change, replace } = app;
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
  const none = el('p.empty', { hidden: true }, 'No session is as the filter wants it.');
  let choice: Choice = choiceOf(route.params);
  /** What it was like then; undefined is now. */
  let past: Scene | undefined;
  let wanted: number | undefined;
  /** Since when nothing is heard of the daemon: until it is back the board is as it was then. */
  let lostAt: number | undefined;
  let factsOf: (member: Member) => CardFacts;
  const travel = makePast(live, signal, {
    move: seq => replace({ at: seq }),
    leave: () => change({ at: undefined }),
    arrived: scene => {
      past = scene;
      draw();
    },
  });
  const filters = makeFilterBar(app, () => move(1));
  const newCards = () =>
    makeCards({
      make: node => makeCard(node, live, requests, signal),
      factsOf: member => factsOf(member),
      signal,
    });
  const cards = newCards();
  const list = makeList({
    make: makeLine,
    drawLine: (one, facts) => drawLine(one, facts, askedBy(facts.session)),
    factsOf: member => factsOf(member),
    cards: newCards(),
    isAsking: ({ session }) => past === undefined && requests.of(session.sessionId).length > 0,
    resized: () => draw(),
    signal,
  });
  const askedBy = ({ sessionId }: SessionState): Asked =>
    past === undefined
      ? { open: requests.of(sessionId), ended: requests.endedOf(sessionId, Date.now()).at(-1) }
      : { open: [], ended: undefined };
  const main = el('div.board-groups');
  const rail = el('div.board-groups');
  const board = el(
    'div.board',
    {},
    el('div.board-main', {}, empty, calm, main, list.node, none, latest),
    el('div.board-rail', {}, rail, machines, ended),
  );
  root.append(
    el('header.view-head', {}, el('h1', { tabindex: -1 }, 'Sessions'), words, el('span.spring'), back),
    filters.node,
    travel.node,
    board,
  );

  const draw = (): void => keepingFocus(root, redraw);
  const redraw = (): void => {
    if (!live.known) return;
    if (wanted !== undefined && past === undefined) return; // On the way there.
    const scene: Scene = past ?? {
      sessions: live.sessions,
      agents: live.agents,
      now: lostAt ?? Date.now(),
    };
    const agents = groupBy(scene.agents, ({ sessionId }) => sessionId);
    const names = groupBy(scene.sessions, nameOf);
    factsOf = ({ session, need, isOutside }) => ({
      ...{ session, need, isOutside, now: scene.now },
      agents: agents.get(session.sessionId) ?? [],
      name: nameOf(session),
      link: href('session', session.sessionId),
      twin: (names.get(nameOf(session))?.length ?? 0) > 1,
      isNow: past === undefined,
      isLive: lostAt === undefined,
      isAway: past === undefined && live.isAway(session),
    });
    // A card that goes to another group is made anew, and what was chosen on it is lost: it is in the right one from the beginning.
    const asking = new Set(past === undefined ? requests.all.map(({ sessionId }) => sessionId) : []);
    const sorted = byNeed(scene.sessions, agents, asking);
    const sections = sectionsOf(sorted, choice, nameOf);
    const form = formOf(choice, scene.sessions.length);
    board.dataset['form'] = form;
    list.node.hidden = form === 'cards';
    list.draw(form === 'cards' ? [] : sections);
    const shown = form === 'cards' ? sections : [];
    // Who rests is beside those who do not, if anybody does not.
    const isAside = (need: string | undefined): boolean =>
      need === 'idle' && (!isFiltered(choice) || sections.length > 1);
    cards.begin();
    cards.draw(
      main,
      shown.filter(({ need }) => !isAside(need)),
    );
    cards.draw(
      rail,
      shown.filter(({ need }) => isAside(need)),
    );
    setText(words, headWords(summaryWords(sorted), past !== undefined, lostAt !== undefined));
    filters.draw({
      ...{ choice, form, projects: projectNames(scene.sessions), all: scene.sessions.length },
      shown: sections.reduce((sum, { members }) => sum + members.length, 0),
    });
    for (const node of [ended, latest, machines]) node.classList.toggle('of-now', past !== undefined);
    drawEmpty(empty, scene.sessions.length, past === undefined ? 'now' : 'then');
    const idle = sorted.get('idle')?.length ?? 0;
    none.hidden =
      scene.sessions.length === 0 || sections.some(({ members }) => members.some(one => !one.isOutside));
    calm.hidden = form === 'list' || isFiltered(choice) || idle === 0 || scene.sessions.length > idle;
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

  const move = (by: 1 | -1): boolean => (list.node.hidden ? cards.move(by) : list.move(by));
  const update = ({ params }: Route): void => {
    const seq = Number(params.get('at') ?? Number.NaN);
    wanted = Number.isSafeInteger(seq) && seq >= 0 ? seq : undefined;
    choice = choiceOf(params);
    root.classList.toggle('then', wanted !== undefined);
    back.hidden = wanted !== undefined;
    if (wanted === undefined) past = undefined;
    travel.show(wanted);
    draw();
  };
  listen();
  update(route);
  return { update, move, search: filters.open, commands: () => boardCommands(app, choice, live.sessions) };
}
