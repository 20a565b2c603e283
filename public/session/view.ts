// A session's page: what it needs, its timeline, its conversation, what it has used.

import type { SessionState } from '../../src/protocol/index.ts';
import { makeRequestList } from '../approvals/list.ts';
import { makeAsked } from '../board/asked.ts';
import { budgetMark, spentWords } from '../board/card.ts';
import { type Need, needOf, since, stateNow } from '../board/need.ts';
import { whoAsks } from '../design/asks.ts';
import { modeWords } from '../design/client-words.ts';
import { el, setText } from '../design/dom.ts';
import { ago, count, plural, span } from '../design/format.ts';
import { onceAFrame } from '../design/frame.ts';
import { placed } from '../design/names.ts';
import { baseName, join, line } from '../design/text.ts';
import type { Command } from '../keys/command.ts';
import { getEvents, type Params } from '../live/api.ts';
import { isPast } from '../live/past.ts';
import type { App, Shown } from '../shell/app.ts';
import { curlButton } from '../shell/curl-button.ts';
import { href, type Route } from '../shell/route.ts';
import { makeConversation } from './conversation.ts';
import { type History, readHistory } from './history.ts';
import { makeReply } from './reply.ts';
import { EXPORTS, exportOf, makeSide } from './side.ts';
import { Story } from './story.ts';
import { makeTimeline, type Ways } from './timeline.ts';

/** How often what runs is drawn again, and what is being read, in milliseconds: each page of it changes all there is. */
const TICK_MS = 500;
const READ_MS = 250;
type Tab = 'talk' | 'time' | 'about';

const TABS: readonly (readonly [Tab, string])[] = [
  ['talk', 'Conversation'],
  ['time', 'Timeline'],
  ['about', 'Usage'],
];

export function show(root: HTMLElement, route: Route, app: App): Shown {
  const { live, requests, signal } = app;
  const sessionId = route.id;
  let story = new Story();
  let history: History | undefined;
  let lane = '';
  let drawn = '';
  /** The event that is to be brought into sight as soon as it is there. */
  let wanted: number | undefined;
  let beside: string | null = null;
  let drawing: ReturnType<typeof setTimeout> | undefined;

  const on: Ways = { inspect: seq => app.inspect(seq), select: id => app.replace({ agent: id }) };
  const title = el('h1.data.one-line', { tabindex: -1 });
  const dot = el('span.dot');
  // The word is news; that time goes by is none.
  const state = el('span', { role: 'status' });
  const time = el('span');
  const chip = el('span.chip', {}, state, time);
  const about = el('p.soft.small.data');
  const asked = makeAsked(live, signal);
  asked.node.tabIndex = 0;
  const atTerminal = el(
    'div.notice',
    { hidden: true },
    asked.node,
    el('p.small', {}, 'Answer in its terminal.'),
  );
  const list = makeRequestList(requests);
  const status = el('span.faint.small');
  const nothing = el('p.empty', { hidden: true }, 'The log has no event of this session.');
  const more = el(
    'button.button.quiet',
    { type: 'button', hidden: true, onclick: () => history?.more() },
    'Read on',
  );
  const timeline = makeTimeline(signal, on);
  const talk = makeConversation(signal, on);
  const reply = makeReply(sessionId, live, signal);
  talk.node.append(reply.node);
  const side = makeSide(sessionId, signal);
  const columns = el('div.session-columns', {}, talk.node, side.node);
  const tabs = TABS.map(([tab, label]) =>
    el(
      'button',
      { type: 'button', 'aria-pressed': String(tab === 'talk'), onclick: () => choose(tab) },
      label,
    ),
  );
  root.dataset['tab'] = 'talk';
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
      curlButton(),
      el('a.button.quiet', { href: href('feed', '', { session: sessionId }) }, 'Show in feed'),
    ),
    list.node,
    atTerminal,
    nothing,
    el('div.choice.tabs', { role: 'group', 'aria-label': 'Show' }, tabs),
    timeline.node,
    columns,
  );

  function choose(tab: Tab): void {
    root.dataset['tab'] = tab;
    tabs.forEach((one, index) => {
      one.setAttribute('aria-pressed', String(TABS[index]?.[0] === tab));
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
      if (wanted !== undefined && talk.reveal(wanted)) wanted = undefined;
    }
    nothing.hidden = !read || story.events > 0;
    columns.hidden = !nothing.hidden;
    lay();
  });

  // In a frame of its own: of a long session both take their time.
  const lay = onceAFrame(() => {
    if (!signal.aborted) timeline.update(story, Date.now(), live.session(sessionId) !== undefined, live);
  });

  function drawHead(session: SessionState | undefined): void {
    const known = { ...story.facts.all, ...session };
    const name = live.nameOf(sessionId);
    const folder = typeof known.cwd === 'string' ? line(baseName(known.cwd), 60) : '';
    const node = typeof known.node === 'string' ? line(known.node, 64) : undefined;
    const byFolder = placed(folder, node);
    setText(title, name.endsWith('…') && folder !== '' ? byFolder : name);
    const isAway = session !== undefined && live.isAway(session);
    root.classList.toggle('away', isAway);
    app.title(title.textContent);
    reply.update(title.textContent, session !== undefined);
    const agents = live.agents.filter(agent => agent.sessionId === sessionId);
    const need: Need | 'ended' = session === undefined ? 'ended' : needOf(session, agents);
    dot.dataset['state'] =
      session === undefined || need === 'ended' || isAway ? 'offline' : stateNow(session, need).dot;
    chip.dataset['tone'] = TONES[need];
    const words = headWords(session, need, story);
    setText(state, words.state);
    setText(time, words.time);
    setText(
      about,
      join(
        isAway ? `${node} is away: this is how it was last heard of` : '',
        byFolder === title.textContent ? '' : folder,
        line(known.gitBranch, 60),
        line(known.model, 60).replace(/^claude-/, ''),
        modeWords(known.permissionMode),
        plural(session?.counts.tools ?? story.counts.tools, 'call'),
        spentWords(session?.usage),
        budgetMark(session ?? {}),
      ),
    );
    const pending = session?.pendingPermission;
    const open = list.draw(sessionId, { agents, isLive: live.phase.phase === 'live' && !isAway });
    const isOpen = pending?.requestId !== undefined && open.includes(pending.requestId);
    atTerminal.hidden = pending === undefined || isOpen;
    if (pending !== undefined && !isOpen) asked.draw(sessionId, pending, whoAsks(pending.agentId, agents));
    setText(status, historyWords(history?.state, story));
    more.hidden = history?.state.phase !== 'partly';
  }

  function changed(): void {
    // The first page at once.
    if (history?.state.phase !== 'reading' || drawn === '') return draw();
    drawing ??= setTimeout(() => {
      drawing = undefined;
      draw();
    }, READ_MS);
  }

  function begin(): void {
    story = new Story();
    drawn = '';
    history = readHistory(sessionId, story, { live, signal, changed });
  }

  // Until the connection says where the log is, there is nothing to go on from.
  if (live.position !== undefined) begin();
  else live.on('state', begin, { signal, once: true });
  live.on('renumbered', begin, { signal });
  live.on('state', draw, { signal });
  requests.addEventListener('change', draw, { signal });
  const ticking = setInterval(draw, TICK_MS);
  signal.addEventListener('abort', () => {
    clearInterval(ticking);
    clearTimeout(drawing);
    draw.cancel();
    lay.cancel();
  });

  function write(): void {
    if (signal.aborted) return;
    app.replace({ write: undefined });
    choose('talk');
    reply.focus();
  }

  const update = ({ params }: Route): void => {
    const chosen = params.get('agent') ?? '';
    const event = params.get('event');
    if (event !== beside) wanted = Number(event) || undefined;
    beside = event;
    if (chosen !== lane || wanted !== undefined) drawn = '';
    lane = chosen;
    timeline.select(lane);
    draw();
    // Once it is on the page, and its heading had the focus.
    if (params.has('write')) queueMicrotask(write);
  };
  update(route);
  const commands = (): Command[] =>
    EXPORTS.map(([format, name]) => ({
      ...{ group: 'Here', title: `Export this session as ${name}`, words: 'download save' },
      run: () => location.assign(exportOf(sessionId, format)),
    }));
  return { update, step: (seq, by) => stepIn(sessionId, seq, by), items: '.block-row', commands };
}

const TONES: Readonly<Record<Need | 'ended', string>> = {
  waiting: 'wait',
  failed: 'bad',
  working: 'work',
  idle: '',
  ended: '',
};

/** What it does, and since when. */
function headWords(
  session: SessionState | undefined,
  need: Need | 'ended',
  story: Story,
): { state: string; time: string } {
  if (session === undefined || need === 'ended') {
    const { endedAt } = story.facts;
    return endedAt === undefined
      ? { state: 'Not running', time: '' }
      : { state: 'Ended', time: ago(Date.now() - endedAt) };
  }
  return { state: stateNow(session, need).words, time: `· ${span(Date.now() - since(session))}` };
}

function historyWords(state: History['state'] | undefined, story: Story): string {
  if (state === undefined) return '';
  if (state.phase === 'reading') return `Reading, ${count(story.events)} events so far`;
  if (state.phase === 'partly') return `The last ${count(story.events)} events`;
  if (state.phase === 'failed') return `Not all of it could be read: ${state.problem}`;
  return story.events === 0 ? '' : plural(story.events, 'event');
}

async function stepIn(sessionId: string, seq: number, by: number): Promise<number | undefined> {
  const at = async (place: Params): Promise<number | undefined> =>
    (await getEvents({ sessionId, limit: 1, ...place })).events[0]?.seq;
  const next = await at(by > 0 ? { after: seq } : { before: seq });
  // What was taken in of it ends where the log begins.
  if (next !== undefined || isPast(seq) === by < 0) return next;
  return at(by > 0 ? { from: 'oldest' } : { log: 'history', from: 'newest' });
}
