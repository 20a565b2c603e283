// The dashboard: one connection, one view at a time by the address, and beside it whatever event is looked at.

import * as board from '../board/view.js';
import { el } from '../design/dom.ts';
import { makeInspector } from '../inspector/inspector.js';
import { getEvents } from '../live/api.ts';
import { Live } from '../live/live.ts';
import { redeem, takeTicket } from '../login/ticket.js';
import { watchAttention } from './attention.js';
import { dressBar } from './bar.js';
import { showConnection } from './connection.js';
import { href, routeOf, withParams } from './route.js';

const VIEWS = {
  board: async () => board,
  feed: () => import('../feed/view.js'),
  session: () => import('../session/view.js'),
  search: () => import('../search/view.js'),
  usage: () => import('../usage/view.js'),
  nowhere: () => import('./nowhere.js'),
};

const byId = id => document.getElementById(id);
const main = byId('view');

// A ticket is worth nothing to a page that is logged in, and must not stay in the history.
const ticket = takeTicket();
if (ticket !== undefined) redeem(ticket);

const url = new URL('/ws', location.href);
url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
const live = new Live(url.href);

/** What every view gets. */
const app = {
  live,
  /** Opens an event beside the view, which Back closes; a further one takes its place, and a closed one leaves no entry in the history. */
  inspect(seq) {
    const here = routeOf(location.hash);
    const without = withParams(here, { event: undefined });
    if (seq === undefined && history.state?.from === without) return history.back();
    if (here.params.has('event')) return app.replace({ event: seq });
    if (seq === undefined) return;
    location.hash = withParams(here, { event: seq });
    history.replaceState({ from: without }, '');
  },
  /** What the view calls itself, where its name is not known beforehand. */
  title(words) {
    attention.title(words);
  },
  /** Changes parameters of the address; Back undoes it. */
  change(changes) {
    location.hash = withParams(routeOf(location.hash), changes);
  },
  /** Changes parameters of the address without an entry in the history, as typing does. */
  replace(changes) {
    history.replaceState(history.state, '', withParams(routeOf(location.hash), changes));
    route();
  },
};

let shown;

async function route() {
  const next = routeOf(location.hash);
  const view = isView(next) ? next.view : 'nowhere';
  markPage(view);
  if (shown?.name === next.view && shown.id === next.id) shown.update?.(next);
  else await open(view, next);
  inspector.show(seqOf(routeOf(location.hash)));
}

const isView = ({ view, id }) => Object.hasOwn(VIEWS, view) && (view !== 'session' || id !== '');

/** Puts a view in the place of the one before. */
async function open(view, { view: name, id }) {
  shown?.stop.abort();
  const mine = { name, id, stop: new AbortController() };
  const first = shown === undefined;
  shown = mine;
  const module = await VIEWS[view]().catch(() => undefined);
  if (shown !== mine) return;
  if (module === undefined) return waitForFiles();
  const { show } = module;
  const root = el(`div.view.${view}-view`);
  main.replaceChildren(root);
  Object.assign(mine, show(root, routeOf(location.hash), { ...app, signal: mine.stop.signal }));
  scrollTo(0, 0);
  // Whoever listens to the page hears where they are now; nobody asked for it on the first.
  if (!first) root.querySelector('h1')?.focus({ preventScroll: true });
}

/** The daemon did not answer when a view's files were needed: a browser asks for them again when the page is loaded again. */
function waitForFiles() {
  main.replaceChildren(
    el('div.view', {}, el('p.empty', {}, 'hookline does not answer. This page opens as soon as it does.')),
  );
  live.addEventListener('phase', () => live.phase.phase === 'live' && location.reload());
}

/** The event that the address wants looked at. */
function seqOf({ params }) {
  const seq = Number(params.get('event') ?? Number.NaN);
  return Number.isSafeInteger(seq) && seq > 0 ? seq : undefined;
}

/** The seq before or after another one: in the view's own order if it has one, else in the log. */
async function step(seq, by) {
  if (shown?.step !== undefined) return shown.step(seq, by);
  const { events } = await getEvents(by > 0 ? { after: seq, limit: 1 } : { before: seq, limit: 1 });
  return events[0]?.seq;
}

const TITLES = {
  board: 'Sessions',
  feed: 'Feed',
  search: 'Search',
  usage: 'Usage',
  session: 'Session',
  nowhere: 'Nothing here',
};

function markPage(view) {
  for (const link of document.querySelectorAll('.pages a')) {
    const here = link.dataset.view === view || (view === 'session' && link.dataset.view === 'board');
    if (here) link.setAttribute('aria-current', view === 'session' ? 'true' : 'page');
    else link.removeAttribute('aria-current');
  }
  attention.title(TITLES[view]);
}

const attention = watchAttention(live, { button: byId('notify'), link: id => href('session', id) });
dressBar();
const inspector = makeInspector(byId('inspector'), live, { step, turn: app.inspect });
showConnection(live, byId('connection'));
addEventListener('hashchange', route);
// A link to an event of the view that is open does what a press on a row does.
document.addEventListener('click', pressed => {
  const link = pressed.target.closest('a[href^="#/"]');
  if (link === null || pressed.ctrlKey || pressed.metaKey || pressed.shiftKey || pressed.altKey) return;
  const [here, there] = [location.hash, link.hash].map(routeOf);
  const seq = seqOf(there);
  if (seq === undefined || withParams(there, { event: undefined }) !== withParams(here, { event: undefined }))
    return;
  pressed.preventDefault();
  app.inspect(seq);
});
addEventListener('online', () => live.hurry());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) live.hurry();
});
route();
// So that they are there at once, and also when the daemon is not.
globalThis.requestIdleCallback?.(() => Object.values(VIEWS).map(load => load().catch(() => {})), {
  timeout: 3000,
});
