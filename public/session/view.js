// A session's page: what it needs, its timeline, its conversation, what it has used.

import { makeAsked } from '../board/asked.js';
import { spentWords, whoAsks } from '../board/card.js';
import { needOf, since, stateNow } from '../board/need.js';
import { modeWords } from '../design/client-words.ts';
import { el, setText } from '../design/dom.ts';
import { ago, count, plural, span } from '../design/format.ts';
import { onceAFrame } from '../design/frame.ts';
import { baseName, join, line } from '../design/text.ts';
import { getEvents } from '../live/api.ts';
import { href } from '../shell/route.js';
import { makeConversation } from './conversation.js';
import { readHistory } from './history.js';
import { makeSide } from './side.js';
import { Story } from './story.js';
import { makeTimeline } from './timeline.js';

/** How often what runs is drawn again, in milliseconds. */
const TICK_MS = 500;
const TABS = [
  ['talk', 'Conversation'],
  ['time', 'Timeline'],
  ['about', 'Usage'],
];

export function show(root, route, app) {
  const { live, signal } = app;
  const sessionId = route.id;
  let story = new Story();
  let history;
  let lane = '';
  let drawn = '';

  const on = { inspect: seq => app.inspect(seq), select: id => app.replace({ agent: id }) };
  const title = el('h1.data.one-line', { tabindex: -1 });
  const dot = el('span.dot');
  // The word is news; that time goes by is none.
  const state = el('span', { role: 'status' });
  const time = el('span');
  const chip = el('span.chip', {}, state, time);
  const about = el('p.soft.small.data');
  const asked = makeAsked(live, signal);
  asked.node.tabIndex = 0;
  const notice = el('div.notice', { hidden: true }, asked.node, el('p.small', {}, 'Answer in its terminal.'));
  const status = el('span.faint.small');
  const nothing = el('p.empty', { hidden: true }, 'The log has no event of this session.');
  const more = el(
    'button.button.quiet',
    { type: 'button', hidden: true, onclick: () => history.more() },
    'Read on',
  );
  const timeline = makeTimeline(signal, on);
  const talk = makeConversation(signal, on);
  const side = makeSide();
  const columns = el('div.session-columns', {}, talk.node, side.node);
  const tabs = TABS.map(([tab, label]) =>
    el(
      'button',
      { type: 'button', 'aria-pressed': String(tab === 'talk'), onclick: () => choose(tab) },
      label,
    ),
  );
  root.dataset.tab = 'talk';
  root.append(
    el(
      'header.view-head',
      {},
      dot,
      title,
      chip,
      about,
      el('span.spring'),
      status,
      more,
      el('a.button.quiet', { href: href('feed', '', { session: sessionId }) }, 'Show in feed'),
    ),
    notice,
    nothing,
    el('div.choice.tabs', { role: 'group', 'aria-label': 'Show' }, tabs),
    timeline.node,
    columns,
  );

  function choose(tab) {
    root.dataset.tab = tab;
    tabs.forEach((one, index) => {
      one.setAttribute('aria-pressed', String(TABS[index][0] === tab));
    });
    draw();
  }

  const draw = onceAFrame(() => {
    if (signal.aborted) return;
    const session = live.session(sessionId);
    drawHead(session);
    const read = history?.state.phase === 'whole';
    const state = `${story.version} ${session !== undefined} ${read}`;
    if (state !== drawn) {
      drawn = state;
      talk.update(story, lane, live, { live: session !== undefined, read });
      side.update(story, session ?? { sessionId });
    }
    nothing.hidden = !read || story.events > 0;
    columns.hidden = !nothing.hidden;
    timeline.update(story, Date.now(), session !== undefined, live);
  });

  function drawHead(session) {
    const known = { ...story.facts.all, ...session };
    const name = live.nameOf(sessionId);
    const folder = typeof known.cwd === 'string' ? line(baseName(known.cwd), 60) : '';
    setText(title, name.endsWith('…') && folder !== '' ? folder : name);
    app.title(title.textContent);
    const agents = live.agents.filter(agent => agent.sessionId === sessionId);
    const need = session === undefined ? 'ended' : needOf(session, live.failures.get(sessionId), agents);
    dot.dataset.state = session === undefined ? 'offline' : stateNow(session, need).dot;
    chip.dataset.tone = { waiting: 'wait', failed: 'bad', working: 'work' }[need] ?? '';
    const words = headWords(session, need, story);
    setText(state, words.state);
    setText(time, words.time);
    setText(
      about,
      join(
        folder === title.textContent ? '' : folder,
        line(known.gitBranch, 60),
        line(known.model, 60).replace(/^claude-/, ''),
        modeWords(known.permissionMode),
        plural(session?.counts.tools ?? story.counts.tools, 'call'),
        spentWords(session?.usage),
      ),
    );
    const pending = session?.pendingPermission;
    notice.hidden = pending === undefined;
    if (pending !== undefined) asked.draw(sessionId, pending, whoAsks(pending, agents));
    setText(status, historyWords(history?.state, story));
    more.hidden = history?.state.phase !== 'partly';
  }

  function begin() {
    story = new Story();
    drawn = '';
    history = readHistory(sessionId, story, { live, signal, changed: draw });
  }

  // Until the connection says where the log is, there is nothing to go on from.
  if (live.position !== undefined) begin();
  else live.addEventListener('state', begin, { signal, once: true });
  live.addEventListener('renumbered', begin, { signal });
  live.addEventListener('state', draw, { signal });
  const ticking = setInterval(draw, TICK_MS);
  signal.addEventListener('abort', () => {
    clearInterval(ticking);
    draw.cancel();
  });

  const update = ({ params }) => {
    const wanted = params.get('agent') ?? '';
    if (wanted !== lane) drawn = '';
    lane = wanted;
    timeline.select(lane);
    draw();
  };
  update(route);
  return { update, step: (seq, by) => stepIn(sessionId, seq, by) };
}

/** What it does, and since when. */
function headWords(session, need, story) {
  if (need === 'ended') {
    const { endedAt } = story.facts;
    return endedAt === undefined
      ? { state: 'Not running', time: '' }
      : { state: 'Ended', time: ago(Date.now() - endedAt) };
  }
  return { state: stateNow(session, need).words, time: `· ${span(Date.now() - since(session))}` };
}

function historyWords(state, story) {
  if (state === undefined) return '';
  if (state.phase === 'reading') return `Reading, ${count(story.events)} events so far`;
  if (state.phase === 'partly') return `The last ${count(story.events)} events`;
  if (state.phase === 'failed') return `Not all of it could be read: ${state.problem}`;
  return story.events === 0 ? '' : plural(story.events, 'event');
}

async function stepIn(sessionId, seq, by) {
  const { events } = await getEvents({ sessionId, limit: 1, ...(by > 0 ? { after: seq } : { before: seq }) });
  return events[0]?.seq;
}
