// The dashboard: one connection, one view at a time by the address, and beside it whatever event is looked at.

import { answerKeys } from '../approvals/keys.ts';
import { OpenRequests } from '../approvals/open-requests.ts';
import * as board from '../board/view.ts';
import { byId, el } from '../design/dom.ts';
import { field } from '../design/lookup.ts';
import { makeInspector } from '../inspector/inspector.ts';
import { startKeys } from '../keys/start.ts';
import { getEvents, type Params } from '../live/api.ts';
import { Live } from '../live/live.ts';
import { may } from '../live/may.ts';
import { redeem, takeTicket } from '../login/ticket.ts';
import { watchAlerts } from './alerts.ts';
import type { App, Show, Shown } from './app.ts';
import { watchAttention } from './attention.ts';
import { dressBar } from './bar.ts';
import { showConnection } from './connection.ts';
import { href, type Route, routeOf, withParams } from './route.ts';

type ViewName = 'board' | 'feed' | 'session' | 'inbox' | 'search' | 'usage' | 'stats' | 'nowhere';

const VIEWS: Readonly<Record<ViewName, () => Promise<{ readonly show: Show }>>> = {
  board: async () => board,
  feed: () => import('../feed/view.ts'),
  session: () => import('../session/view.ts'),
  inbox: () => import('../inbox/view.ts'),
  search: () => import('../search/view.ts'),
  usage: () => import('../usage/view.ts'),
  stats: () => import('../stats/view.ts'),
  nowhere: () => import('./nowhere.ts'),
};

const main = byId('view', HTMLElement);

// A page that is logged in needs a ticket only where it lets something else; it must not stay in the history in any case.
const ticket = takeTicket();
if (ticket !== undefined)
  void redeem(ticket).then(redeemed => {
    if ('readOnly' in redeemed && redeemed.readOnly === may('send')) location.reload();
  });

const url = new URL('/ws', location.href);
url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
// Who asks for permissions by name is waited for.
const live = new Live(url.href, may('approve') ? ['**', 'permission.*'] : ['**']);
const requests = new OpenRequests(live);

/** What every view gets, besides its signal. */
const app: Omit<App, 'signal'> = {
  live,
  requests,
  inspect(seq) {
    const here = routeOf(location.hash);
    const without = withParams(here, { event: undefined });
    const from = field(history.state, 'from');
    if (seq === undefined && from === without) return history.back();
    if (here.params.has('event')) return app.replace({ event: seq });
    if (seq === undefined) return;
    location.hash = withParams(here, { event: seq });
    history.replaceState({ from: without }, '');
  },
  title(words) {
    attention.title(words);
  },
  change(changes) {
    location.hash = withParams(routeOf(location.hash), changes);
  },
  replace(changes: Params) {
    history.replaceState(history.state, '', withParams(routeOf(location.hash), changes));
    void route();
  },
};

/** The view that is open, and for what. */
interface Open extends Shown {
  readonly name: string;
  readonly id: string;
  readonly stop: AbortController;
}

let shown: Open | undefined;

async function route(): Promise<void> {
  const next = routeOf(location.hash);
  const view = viewOf(next);
  markPage(view);
  if (shown?.name === next.view && shown.id === next.id) shown.update?.(next);
  else await open(view, next);
  void inspector.show(seqOf(routeOf(location.hash)));
}

const isView = (name: string): name is ViewName => Object.hasOwn(VIEWS, name);

const viewOf = ({ view, id }: Route): ViewName =>
  isView(view) && (view !== 'session' || id !== '') ? view : 'nowhere';

/** Puts a view in the place of the one before. */
async function open(view: ViewName, { view: name, id }: Route): Promise<void> {
  shown?.stop.abort();
  const mine: Open = { name, id, stop: new AbortController() };
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
  // Whoever listens to the page hears where they are now, unless the view has a better place; nobody asked for it on the first.
  if (!first && !root.contains(document.activeElement))
    root.querySelector('h1')?.focus({ preventScroll: true });
}

/** The daemon did not answer when a view's files were needed: a browser asks for them again when the page is loaded again. */
function waitForFiles(): void {
  main.replaceChildren(
    el('div.view', {}, el('p.empty', {}, 'hookline does not answer. This page opens as soon as it does.')),
  );
  live.on('phase', () => {
    if (live.phase.phase === 'live') location.reload();
  });
}

/** The event that the address wants looked at. */
function seqOf({ params }: Route): number | undefined {
  const seq = Number(params.get('event') ?? Number.NaN);
  return Number.isSafeInteger(seq) && seq !== 0 ? seq : undefined;
}

/** The seq before or after another one: in the view's own order if it has one, else in the log. */
async function step(seq: number, by: number): Promise<number | undefined> {
  if (shown?.step !== undefined) return shown.step(seq, by);
  const { events } = await getEvents(by > 0 ? { after: seq, limit: 1 } : { before: seq, limit: 1 });
  return events[0]?.seq;
}

const TITLES: Readonly<Record<ViewName, string>> = {
  board: 'Sessions',
  feed: 'Feed',
  inbox: 'Inbox',
  search: 'Search',
  usage: 'Usage',
  stats: 'Stats',
  session: 'Session',
  nowhere: 'Nothing here',
};

function markPage(view: ViewName): void {
  for (const link of document.querySelectorAll<HTMLElement>('.pages a')) {
    const there = link.dataset['view'];
    const here = there === view || (view === 'session' && there === 'board');
    if (here) link.setAttribute('aria-current', view === 'session' ? 'true' : 'page');
    else link.removeAttribute('aria-current');
  }
  attention.title(TITLES[view]);
}

const attention = watchAttention(live, requests, {
  button: byId('notify', HTMLButtonElement),
  link: id => (id === '' ? href('usage') : href('session', id)),
});
watchAlerts(live, byId('alerts', HTMLButtonElement));
dressBar();
const inspector = makeInspector(byId('inspector', HTMLElement), live, { step, turn: app.inspect });
showConnection(live, byId('connection', HTMLElement));
startKeys({
  ...{ live, requests, root: main, button: byId('commands', HTMLButtonElement) },
  inspect: app.inspect,
  shown: () => shown,
  turn: by => inspector.move(by),
});
// After those that may take a key for themselves.
answerKeys.listen();
addEventListener('hashchange', () => void route());
// A link to an event of the view that is open does what a press on a row does.
document.addEventListener('click', pressed => {
  const link = pressed.target instanceof Element ? pressed.target.closest('a[href^="#/"]') : null;
  if (
    !(link instanceof HTMLAnchorElement) ||
    pressed.ctrlKey ||
    pressed.metaKey ||
    pressed.shiftKey ||
    pressed.altKey
  )
    return;
  const [here, there] = [routeOf(location.hash), routeOf(link.hash)];
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
void route();
// So that they are there at once, and also when the daemon is not.
if ('requestIdleCallback' in globalThis)
  requestIdleCallback(() => Object.values(VIEWS).map(load => load().catch(() => {})), { timeout: 3000 });
