// The dashboard: one connection, one view at a time by the address, and beside it whatever event is looked at.
import { Live } from '../live/live.js';
import { redeem, takeTicket } from '../login/ticket.js';
import { watchAttention } from './attention.js';
import { dressBar } from './bar.js';
import { showConnection } from './connection.js';
import { href, routeOf, withParams } from './route.js';

const VIEWS = {
  board: () => import('../board/view.js'),
  feed: () => import('../feed/view.js'),
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
  /** Opens a route as a link would. */
  go(to) {
    location.hash = to;
  },
  /** Changes parameters of the address without an entry in the history, as typing does. */
  replace(changes) {
    history.replaceState(null, '', withParams(routeOf(location.hash), changes));
    route();
  },
};

let shown;

async function route() {
  const next = routeOf(location.hash);
  const view = Object.hasOwn(VIEWS, next.view) ? next.view : 'board';
  markPage(view);
  if (shown?.view === view && shown.id === next.id) return shown.update?.(next);
  shown?.stop.abort();
  const mine = { view, id: next.id, stop: new AbortController(), update: undefined };
  const first = shown === undefined;
  shown = mine;
  const { show } = await VIEWS[view]();
  if (shown !== mine) return;
  const root = document.createElement('div');
  root.className = `view ${view}-view`;
  main.replaceChildren(root);
  mine.update = show(root, routeOf(location.hash), { ...app, signal: mine.stop.signal });
  scrollTo(0, 0);
  // Whoever listens to the page hears where they are now; nobody asked for it on the first.
  if (!first) root.querySelector('h1')?.focus({ preventScroll: true });
}

const TITLES = { board: 'Sessions', feed: 'Feed', search: 'Search', usage: 'Usage', session: 'Session' };

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
showConnection(live, byId('connection'));
addEventListener('hashchange', route);
addEventListener('online', () => live.hurry());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) live.hurry();
});
route();
