// The live page: wires the stream to the board of sessions and the feed of events.
import { Board } from './board.js';
import { el, setText } from './dom.js';
import { Feed } from './feed.js';
import { Stream } from './stream.js';
import { redeem, takeTicket } from './ticket.js';
import { compilePatterns } from './topics.js';
import { baseName, count, line } from './words.js';

const byId = id => document.getElementById(id);
const parts = {
  connection: byId('connection'),
  phase: byId('phase'),
  seq: byId('seq'),
  topics: byId('topics'),
  problem: byId('topics-problem'),
  session: byId('session'),
  pause: byId('pause'),
};

/** How often the sessions may be asked for, in milliseconds. */
const ASK_MS = 500;
/** Events that change what the board shows. */
const MOVES_BOARD = compilePatterns(
  'session.* agent.* tool.* prompt.* turn.* permission.* elicitation.* model.* cwd.*',
);

let chosen = '';
let names = new Map();
let phase = { phase: 'connecting' };

// A ticket is worth nothing to a page that is logged in, and must not stay in the history.
const ticket = takeTicket();
if (ticket !== undefined) redeem(ticket);

const board = new Board(byId('sessions'), byId('no-sessions'), chooseSession);
const feed = new Feed(byId('events'), byId('no-events'), {
  nameOf: event => (event.sessionId === '' ? 'hookline' : nameOf(event.sessionId)),
  changed: waiting => setText(parts.pause, waiting > 0 ? `Resume (${waiting})` : pausedWord()),
});

const url = new URL('/ws', location.href);
url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
const stream = new Stream(url.href, {
  state: showPhase,
  snapshot: showSnapshot,
  sessions: showSessions,
  events: takeEvents,
  position: seq => setText(parts.seq, `seq ${count(seq)}`),
  note: text => feed.note(text),
});

function nameOf(sessionId) {
  return names.get(sessionId) ?? sessionId.slice(0, 8);
}

let snapshotSeq = 0;
function showSnapshot(snapshot) {
  snapshotSeq = snapshot.seq;
  board.setAgents(snapshot.agents);
  showSessions(snapshot.sessions);
}

function showSessions(sessions) {
  for (const { sessionId, name, cwd } of sessions)
    names.set(sessionId, line(name ?? baseName(cwd)) || sessionId.slice(0, 8));
  names = new Map([...names].slice(-500));
  board.show(sessions);
  fillSessions(sessions);
}

function fillSessions(sessions) {
  const ids = sessions.map(({ sessionId }) => sessionId);
  // A session that is over can still be what somebody looks at.
  if (chosen !== '' && !ids.includes(chosen)) ids.unshift(chosen);
  const options = ids.map(id => {
    const option = el('option', {}, `${nameOf(id)} (${id.slice(0, 8)})`);
    option.value = id;
    return option;
  });
  const known = [...parts.session.options].slice(1);
  if (known.map(one => one.value + one.text).join() === options.map(one => one.value + one.text).join())
    return;
  parts.session.replaceChildren(parts.session.options[0], ...options);
  parts.session.value = chosen;
}

function takeEvents(events) {
  feed.add(events);
  let moved = false;
  for (const { type, seq, sessionId, agentId } of events) {
    // What came before the snapshot is in it already.
    if (seq <= snapshotSeq) continue;
    if (type === 'agent.started') board.agentStarted(sessionId, agentId);
    if (type === 'agent.stopped') board.agentStopped(sessionId, agentId);
    moved ||= MOVES_BOARD(type);
  }
  if (moved) askSoon();
}

let asking = false;
function askSoon() {
  if (asking) return;
  asking = true;
  setTimeout(() => {
    asking = false;
    stream.askSessions();
  }, ASK_MS);
}

function showPhase(next) {
  phase = next;
  drawPhase();
  if (next.phase === 'refused') leaveIfLoggedOut();
}

function drawPhase() {
  parts.connection.dataset.phase = phase.phase;
  const seconds = Math.max(0, Math.ceil(((phase.retryAt ?? 0) - Date.now()) / 1000));
  const words = { connecting: 'connecting', live: 'live', refused: 'refused' };
  setText(parts.phase, words[phase.phase] ?? `offline, retrying in ${seconds} s`);
}

// A WebSocket does not tell why it was refused; plain HTTP does. Without a login the server answers with the login page.
async function leaveIfLoggedOut() {
  const answer = await fetch('/api/usage').catch(() => undefined);
  if (answer?.status === 401) location.reload();
}

function chooseSession(sessionId) {
  chosen = sessionId;
  if (![...parts.session.options].some(option => option.value === sessionId)) fillSessions([]);
  parts.session.value = sessionId;
  board.choose(sessionId);
  applyFilter();
}

function applyFilter() {
  let matches;
  try {
    matches = compilePatterns(parts.topics.value);
  } catch (error) {
    setText(parts.problem, error.message);
  }
  parts.problem.hidden = matches !== undefined;
  parts.topics.setAttribute('aria-invalid', String(matches === undefined));
  if (matches !== undefined) feed.filter(matches, chosen);
}

let paused = false;
function pausedWord() {
  return paused ? 'Resume' : 'Pause';
}

parts.pause.addEventListener('click', () => {
  paused = !paused;
  parts.pause.setAttribute('aria-pressed', String(paused));
  setText(parts.pause, pausedWord());
  feed.pause(paused);
});
byId('clear').addEventListener('click', () => feed.clear());
parts.topics.addEventListener('input', applyFilter);
parts.session.addEventListener('change', () => chooseSession(parts.session.value));
document.addEventListener('keydown', event => {
  if (event.key !== '/' || event.target.closest('input, select, textarea')) return;
  event.preventDefault();
  parts.topics.focus();
});
addEventListener('online', () => stream.hurry());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) stream.hurry();
});
setInterval(() => {
  board.refresh();
  drawPhase();
}, 1000);
