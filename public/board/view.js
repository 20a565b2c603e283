// The board: the sessions that live, in the order in which they need somebody.
import { el, keepInOrder, setText } from '../design/dom.js';
import { groupBy } from '../design/group.js';
import { getEvents } from '../live/api.js';
import { href } from '../shell/route.js';
import { drawCard, makeCard } from './card.js';
import { endedSessions } from './ended.js';
import { latestEvents } from './latest.js';
import { byNeed, NEEDS } from './need.js';

export function show(root, _route, { live, signal }) {
  const groups = new Map(NEEDS.map(one => [one.need, makeGroup(one)]));
  const words = el('p.soft', { role: 'status' });
  const empty = el(
    'div.empty',
    { hidden: true },
    el('p', {}, 'No session is running.'),
    el(
      'p',
      {},
      'Start Claude Code in any folder and it appears here. If it does not, ',
      el('code', {}, 'hookline doctor'),
      ' says why.',
    ),
  );
  const calm = el('p.empty', { hidden: true }, 'Nobody needs you, and nobody is at work.');
  root.append(
    el('header.view-head', {}, el('h1', { tabindex: -1 }, 'Sessions'), words),
    el(
      'div.board',
      {},
      el(
        'div.board-main',
        {},
        empty,
        calm,
        ['waiting', 'failed', 'working'].map(need => groups.get(need).node),
        latestEvents(live, signal),
      ),
      el('div.board-rail', {}, groups.get('idle').node, endedSessions(live, signal)),
    ),
  );

  const draw = () => {
    if (!live.known) return;
    const now = Date.now();
    const agents = groupBy(live.agents, ({ sessionId }) => sessionId);
    const sorted = byNeed(live.sessions, live.failures, agents);
    for (const [need, sessions] of sorted)
      drawGroup(groups.get(need), sessions, session => ({
        session,
        need,
        failure: live.failures.get(session.sessionId),
        agents: agents.get(session.sessionId) ?? [],
        name: live.nameOf(session.sessionId),
        link: href('session', session.sessionId),
        now,
      }));
    setText(words, summaryWords(sorted));
    empty.hidden = live.sessions.length > 0;
    calm.hidden = live.sessions.length === 0 || live.sessions.length > sorted.get('idle').length;
  };

  live.addEventListener('state', draw, { signal });
  const clock = setInterval(draw, 1000);
  signal.addEventListener('abort', () => clearInterval(clock));
  recallFailures(live, signal).then(draw, () => {});
  draw();
}

function makeGroup({ need, title }) {
  const id = `need-${need}`;
  const number = el('span.number');
  const list = el('ul.list.cards');
  const node = el(
    'section.group',
    { 'aria-labelledby': id, hidden: true, 'data-need': need },
    el('h2', { id }, title, ' ', number),
    list,
  );
  return { node, list, number, cards: new Map() };
}

function drawGroup({ node, list, number, cards }, sessions, factsOf) {
  node.hidden = sessions.length === 0;
  setText(number, String(sessions.length));
  keepInOrder(
    list,
    cards,
    sessions,
    ({ sessionId }) => sessionId,
    makeCard,
    (card, session) => drawCard(card, factsOf(session)),
  );
}

function summaryWords(sorted) {
  const number = need => sorted.get(need).length;
  const parts = [
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

// Turns that failed before the page was opened; which of them still matter, the sessions tell.
async function recallFailures(live, signal) {
  const { events } = await getEvents({ topics: 'turn.failed', from: 'newest', limit: 50 }, signal);
  for (const event of events)
    if (event.agentId === undefined && !live.failures.has(event.sessionId))
      live.failures.set(event.sessionId, event);
}
