// The live feed: every event as it comes, newest at the bottom, filtered by topic, text and session.
import { el, setText } from '../design/dom.ts';
import { count, plural } from '../design/format.ts';
import { onceAFrame } from '../design/frame.ts';
import { icon } from '../design/icons.ts';
import { own } from '../design/lookup.ts';
import type { EventEntry, NoteEntry } from '../live/entry.ts';
import { Selection } from '../live/ring.ts';
import type { App, Shown } from '../shell/app.ts';
import { curlButton } from '../shell/curl-button.ts';
import type { Route } from '../shell/route.ts';
import { makeBack } from './back.ts';
import { feedCommands } from './commands.ts';
import { type DayItem, daysBetween } from './days.ts';
import { makeFilters } from './filters.ts';
import { makeHistogram } from './histogram.ts';
import { isOver, paramsOf, type Range, spanParams } from './range.ts';
import { makeRangePicker } from './range-picker.ts';
import { drawRow, type FeedItem, makeRow, type Row } from './row.ts';
import { Rows } from './rows.ts';
import { savedViews, viewOf } from './saved-views.ts';
import { makeScarce } from './scarce.ts';
import { windowFor } from './window.ts';

/** `following` the newest; `scrolled` away until one scrolls back; `paused` until one says so. */
type Mode = 'following' | 'scrolled' | 'paused';

export function show(root: HTMLElement, route: Route, app: App): Shown {
  const { live, signal } = app;
  const selection = new Selection<EventEntry | NoteEntry, DayItem>(live.ring, daysBetween());
  let mode: Mode = 'following';
  let fresh = 0;
  /** The seq of the event beside the list, if there is one. */
  let beside: number | undefined;

  const status = el('span.faint.small');
  const pause = el('button.button', {
    type: 'button',
    onclick: () => (over() ? goLive() : turn(mode === 'following' ? 'paused' : 'following')),
  });
  const jump = el('button.button.jump', { type: 'button', hidden: true, onclick: () => turn('following') });
  const list = el('div.feed-list', { role: 'listbox', tabindex: 0, 'aria-label': 'Events' });
  const filters = makeFilters(app, choose);
  const scarce = makeScarce({ further: () => back.look(), before: showBefore, clear: filters.clear });
  const picker = makeRangePicker(app);
  const histogram = makeHistogram(live, signal, {
    query: () => filters.counted,
    wants: entry => filters.wanted.fits(entry),
    choose: span => mark(span),
  });
  const views = el('button.button', { type: 'button', 'aria-haspopup': 'dialog', onclick: openViews });
  /** What of the time the picture shows; what is marked on it is shown below. */
  let window: Range | undefined;
  let params = new URLSearchParams();
  const head = el(
    'header.view-head',
    {},
    el('h1', { tabindex: -1 }, 'Feed'),
    status,
    filters.node,
    pause,
    curlButton(),
  );
  const time = el('div.feed-time', {}, picker.node, views, picker.form);
  root.append(
    head,
    filters.problem,
    time,
    histogram.node,
    el('div.feed-frame.panel', {}, scarce.node, list, jump),
  );
  const rows = new Rows<FeedItem, Row>(list, {
    make: makeRow,
    draw: (row, entry) => drawRow(row, entry, live, event => filters.wanted.besides(event)),
    signal,
  });
  const back = makeBack(live, selection, signal, {
    wanted: () =>
      !isFilled() ||
      (beside !== undefined && selection.from !== undefined && beside < selection.from) ||
      (mode !== 'following' && list.scrollTop <= 20 * rows.height),
    query: () => filters.query,
    grew: items => {
      rows.set(selection.items);
      // What somebody reads stays where it is.
      if (mode !== 'following') list.scrollTop += items * rows.height;
    },
    changed: () => arrange(),
  });
  const isFilled = (): boolean => selection.items.length * rows.height > list.clientHeight;

  function choose(): void {
    selection.choose(() => {
      const matches = filters.wanted.make();
      return entry => entry.note !== undefined || matches(entry);
    });
    back.again();
    histogram.again();
    turn('following');
    rows.redraw(); // What a row tells beside its event depends on what is wanted.
    back.look();
  }

  function turn(next: Mode): void {
    mode = next;
    if (mode === 'following') fresh = 0;
    arrange();
  }

  function arrange(): void {
    const { items } = selection;
    rows.set(items);
    drawScarce();
    pointOut();
    if (mode === 'following') list.scrollTop = items.length * rows.height;
    rows.flush();
    jump.hidden = mode === 'following' || fresh === 0;
    if (!jump.hidden) jump.replaceChildren(icon('down'), `${count(fresh)} new`);
    const word = over() ? 'Live' : mode === 'following' ? 'Pause' : 'Follow';
    if (pause.textContent !== word) pause.replaceChildren(icon(word === 'Pause' ? 'pause' : 'play'), word);
  }

  /** Marks the event beside the list as soon as its row is here, however it was opened. */
  function pointOut(): void {
    if (beside === undefined || (rows.active !== undefined && tells(rows.active, beside))) return;
    // From its own place on upwards: what tells of it came before it.
    const at = selection.items.findLastIndex(item => tells(item, beside ?? 0));
    if (at < 0) return;
    mode = mode === 'following' ? 'scrolled' : mode;
    rows.activate(at);
  }

  /** Whether the row of an item tells of an event: of its own, or of what came of its call. */
  function tells(item: FeedItem, seq: number): boolean {
    if (item.seq === undefined || item.seq > seq) return false;
    if (item.seq === seq) return true;
    const besides = filters.wanted.besides(item);
    return besides !== undefined && !('above' in besides) && besides.seq === seq;
  }

  function drawScarce(): void {
    const none = selection.items.every(({ seq }) => seq === undefined);
    scarce.draw({ ...back.state, ...filters.state, none, looked: looked() });
  }

  /** How many events were looked at, of which the rows are those that are wanted. */
  function looked(): number {
    const { from } = selection;
    const to = live.position?.seq;
    if (from === undefined || to === undefined) return 0;
    const missing = live.gaps.map(gap => Math.min(gap.to, to) - Math.max(gap.from, from) + 1);
    return to - from + 1 - missing.reduce((sum, many) => sum + Math.max(0, many), 0);
  }

  function drawCount(): void {
    const { since, ago, until } = filters.range;
    const shown = events();
    // Of a time only what is in it was looked at.
    const all = since === undefined && ago === undefined && until === undefined ? looked() : shown;
    setText(status, shown < all ? `${count(shown)} of ${count(all)} shown` : plural(shown, 'event'));
  }

  /** How many of the rows are events. */
  const events = (): number => selection.items.reduce((sum, { seq }) => sum + (seq === undefined ? 0 : 1), 0);

  const soon = onceAFrame(() => {
    const { added, dropped } = selection.update();
    if (mode !== 'following') {
      fresh += added;
      // What fell off the beginning must not move what somebody reads.
      list.scrollTop -= dropped * rows.height;
    }
    arrange();
    rows.redraw(); // A call in sight may have got its result.
    if (back.state.phase === 'idle') back.look();
  });

  function onScroll(): void {
    const below = list.scrollHeight - list.clientHeight - list.scrollTop;
    if (mode === 'following' && below > 1.5 * rows.height) turn('scrolled');
    else if (mode === 'scrolled' && below < 2) turn('following');
    if (mode !== 'following') back.look();
  }

  function onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' && event.key !== ' ') {
      if (press(event.key)) event.preventDefault();
      return;
    }
    event.preventDefault();
    look(rows.active);
  }

  /** Goes where a key leads; false when it leads nowhere. */
  function press(key: string): boolean {
    const { items } = selection;
    const page = Math.max(1, Math.floor(list.clientHeight / rows.height) - 1);
    const at = rows.active === undefined ? -1 : items.indexOf(rows.active);
    const from = at < 0 ? items.length - 1 : at;
    const places: Readonly<Record<string, number>> = {
      ArrowDown: at < 0 ? from : at + 1,
      ArrowUp: at < 0 ? from : at - 1,
      PageDown: from + page,
      PageUp: from - page,
      Home: 0,
      End: items.length - 1,
    };
    const to = own(places, key);
    if (to === undefined || items.length === 0) return false;
    if (mode === 'following') turn('scrolled');
    rows.activate(Math.min(Math.max(to, 0), items.length - 1));
    if (beside !== undefined) look(rows.active);
    return true;
  }

  function move(by: 1 | -1): boolean {
    list.focus({ preventScroll: true });
    return press(by > 0 ? 'ArrowDown' : 'ArrowUp');
  }

  /** Opens an entry's event beside the list. */
  function look(entry: FeedItem | undefined): void {
    if (entry?.seq === undefined) return;
    if (mode === 'following') turn('scrolled');
    app.inspect(entry.seq);
  }

  function onClick({ target }: MouseEvent): void {
    const entry = target instanceof Element ? rows.itemAt(target.closest('.row')) : undefined;
    if (entry === undefined) return;
    rows.activate(selection.items.indexOf(entry));
    look(entry);
  }

  /** The seq before or after another one among the rows. */
  function step(seq: number, by: number): number | undefined {
    const { items } = selection;
    let at = items.findIndex(entry => entry.seq === seq);
    if (at < 0) return undefined;
    do at += by;
    while (items[at] !== undefined && items[at]?.seq === undefined);
    const found = items[at]?.seq;
    if (found === undefined) return undefined;
    if (mode === 'following') turn('scrolled');
    rows.activate(at);
    return found;
  }

  list.addEventListener('scroll', onScroll, { passive: true, signal });
  list.addEventListener('keydown', onKey, { signal });
  list.addEventListener('click', onClick, { signal });
  live.on('rows', soon, { signal });
  live.on('renumbered', () => choose(), { signal });
  live.on('state', () => rows.redraw(), { signal });
  const counting = setInterval(drawCount, 500);
  signal.addEventListener('abort', () => {
    soon.cancel();
    clearInterval(counting);
  });
  const update = (next: Route): void => {
    params = next.params;
    beside = params.has('event') ? Number(params.get('event')) : undefined;
    filters.take(params);
    drawTime();
    arrange();
    back.look();
  };

  /** Whether the time that is shown is over, so that nothing new comes into it. */
  function over(): boolean {
    return isOver(filters.range);
  }

  function goLive(): void {
    app.change({ since: '', until: '' });
  }

  /** Shows what is marked on the picture; without a mark all that the picture shows. */
  function mark(span: Required<Pick<Range, 'since' | 'until'>> | undefined): void {
    app.change(paramsOf(span ?? window ?? {}));
  }

  /** What there was no room for. */
  function showBefore(): void {
    const first = selection.items.find(({ seq }) => seq !== undefined);
    if (first !== undefined) app.change(spanParams(filters.range.since, first.at + 1));
  }

  function drawTime(): void {
    const { range } = filters;
    window = windowFor(range, window);
    const { since, until } = range;
    const isMarked = since !== undefined && until !== undefined && window !== range;
    histogram.show(window, isMarked ? { since, until } : undefined);
    picker.draw(range);
    drawViews();
  }

  function drawViews(): void {
    const query = viewOf(params);
    const name = savedViews().find(one => one.query === query)?.name;
    setText(views, name === undefined ? 'Views' : `View: ${name}`);
  }

  function openViews(): void {
    void import('./views-dialog.ts').then(({ showViews }) => showViews(viewOf(params), drawViews));
  }

  update(route);
  return { update, step, move, commands: () => feedCommands(app, params, openViews) };
}
