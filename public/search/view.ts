// Search through all the log holds: by words, topics, session and time; newest first, a page at a time.

import { Essentials, partOf } from '../../src/protocol/essentials.ts';
import { type Hit, Hits } from '../../src/protocol/hits.ts';
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { fold, splitWords } from '../../src/protocol/search-terms.ts';
import { el, setText } from '../design/dom.ts';
import { clock, count, day, plural } from '../design/format.ts';
import { summary, tone } from '../design/words.ts';
import { isAway, untilAnswered } from '../live/again.ts';
import { getEvents, type Params } from '../live/api.ts';
import type { App, Shown } from '../shell/app.ts';
import { curlButton } from '../shell/curl-button.ts';
import { href, type Route } from '../shell/route.ts';
import { makeEarlier } from './earlier.ts';
import { makeForm } from './form.ts';
import { excerpt, marked } from './found.ts';
import { queryOf } from './query.ts';

const PAGE = 100;
/** Pages read at once while little of them is shown. */
const PAGES = 10;

const EXAMPLES: readonly (readonly [string, Params])[] = [
  ['Prompts', { topics: 'prompt.submitted' }],
  ['What needed permission today', { topics: 'permission.*', since: '24h' }],
  ['Turns that failed', { topics: 'turn.failed' }],
  ['Every npm publish', { q: 'npm publish', topics: 'tool.use' }],
  ['Subagents and what they found', { topics: 'agent.stopped' }],
];

export function show(root: HTMLElement, route: Route, app: App): Shown {
  const { live, signal } = app;
  const form = makeForm(app, changes => {
    wanted = ''; // The same again is looked for again: there may be more by now.
    app.replace(changes);
  });
  const status = el('p.faint.small', { role: 'status' });
  const list = el('ol.list.found');
  const more = el('button.button', { type: 'button', hidden: true, onclick: () => search() }, 'Older ones');
  const hints = el(
    'div.empty.hints',
    {},
    el('p', {}, 'Every word counts, wherever in an event it is and in upper or lower case.'),
    el(
      'ul.list',
      {},
      EXAMPLES.map(([words, params]) => el('li', {}, el('a', { href: href('search', '', params) }, words))),
    ),
    makeEarlier(signal),
  );
  const away = el(
    'div.empty',
    { hidden: true },
    el('p', {}, 'hookline does not answer. What is looked for comes as soon as it does.'),
    el('button.button', { type: 'button', onclick: () => search() }, 'Try again'),
  );
  root.append(
    el('header.view-head', {}, el('h1', { tabindex: -1 }, 'Search'), status, el('span.spring'), curlButton()),
    form.node,
    hints,
    list,
    more,
    away,
  );

  let wanted = '';
  let query: Params | undefined;
  let words: readonly string[] = [];
  let hits = new Hits(words, summary);
  let essentials = false;
  /** The row of each hit that was drawn. */
  let rows = new Map<Hit, HTMLElement>();
  /** The day of the row drawn last. */
  let drawnDay: string | undefined;
  /** Down to where was looked: first through the log, then through what was taken in of sessions from before hookline. */
  let place: Params = {};
  /** What is to be drawn again when somebody's name becomes known. */
  const named: (() => void)[] = [];
  let asked = new AbortController();
  signal.addEventListener('abort', () => asked.abort());

  /** Begins anew when something else is looked for; otherwise only the event beside it has changed. */
  function update({ params }: Route): void {
    const { event: _event, ...rest } = Object.fromEntries(params);
    const key = JSON.stringify(rest);
    if (key === wanted) return;
    wanted = key;
    asked.abort();
    list.removeAttribute('aria-busy');
    form.take(params);
    query = queryOf(params);
    words = splitWords(String(query?.['q'] ?? ''));
    hits = new Hits(words, summary);
    rows = new Map();
    place = {};
    essentials = params.get('only') === 'essentials';
    named.length = 0;
    drawnDay = undefined;
    list.replaceChildren();
    hints.hidden = query !== undefined;
    more.hidden = true;
    away.hidden = true;
    setText(status, '');
    if (query !== undefined) search();
  }

  function search(): void {
    asked.abort();
    asked = new AbortController();
    const mine = asked.signal;
    more.hidden = true;
    void untilAnswered(
      live,
      mine,
      () => read(mine),
      error => {
        list.removeAttribute('aria-busy');
        setText(status, `${error.message}.`);
        away.hidden = !isAway(error);
      },
    );
  }

  async function read(mine: AbortSignal): Promise<void> {
    list.setAttribute('aria-busy', 'true');
    away.hidden = true;
    setText(status, hits.all.length === 0 ? 'Searching…' : `${count(hits.all.length)} found, searching on…`);
    const enough = hits.all.length + PAGE;
    let hasMore = true;
    for (let pages = 0; hasMore && pages < PAGES && hits.all.length < enough; pages++) {
      const page = await getEvents({ ...query, ...place, from: 'newest', limit: PAGE }, mine);
      live.learn(page.events);
      append(shownOf(page.events).toReversed());
      const inPast = place['log'] === 'history';
      if (page.hasMore) place = { ...place, before: page.events[0]?.seq };
      else if (!inPast) place = { log: 'history' };
      hasMore = page.hasMore || !inPast;
    }
    list.removeAttribute('aria-busy');
    more.hidden = !hasMore;
    const many = `${count(hits.all.length)}${hasMore ? ' newest' : ''}`;
    if (hits.all.length > 0) setText(status, `${many} found`);
    else setText(status, hasMore ? 'None so far.' : 'No event has all of this.');
  }

  function shownOf(events: readonly EventEnvelope[]): readonly EventEnvelope[] {
    if (!essentials) return events;
    const story = new Essentials<EventEnvelope>();
    return events.filter(event => story.take(partOf(event), event).shown);
  }

  function append(events: readonly EventEnvelope[]): void {
    for (const event of events) {
      const hit = hits.add(event);
      const row = rowOf(hit);
      const before = rows.get(hit);
      rows.set(hit, row);
      if (before !== undefined) {
        before.replaceWith(row);
        continue;
      }
      const today = day(event.timestamp);
      if (today !== drawnDay) list.append(el('li.day', {}, el('h2', {}, today)));
      drawnDay = today;
      list.append(row);
    }
  }

  /** Where the words are when the line does not have them all. */
  function elsewhere(event: EventEnvelope, said: string): HTMLElement | undefined {
    const shown = `${event.type} ${said}`;
    const part = excerpt(event, shown, words);
    if (part !== undefined)
      return el(
        'span.excerpt.small.data.few-lines',
        {},
        el('span.faint', {}, `${part.name}: `),
        marked(part.text, words),
      );
    const folded = fold(shown);
    return words.every(word => folded.includes(word))
      ? undefined
      : el('span.excerpt.small.faint', {}, 'in the payload of its hook');
  }

  function rowOf({ event, places }: Hit): HTMLElement {
    const { seq, type, sessionId, agentId } = event;
    const said = summary(event);
    const who = el('span.who.small.data.one-line');
    const drawWho = (): void =>
      setText(who, live.nameOf(sessionId) + (agentId === undefined ? '' : ` › ${live.agentName(agentId)}`));
    drawWho();
    named.push(drawWho);
    return el(
      'li',
      { 'data-tone': tone(event), 'data-seqs': seq },
      el(
        'button.hit',
        { type: 'button', onclick: () => app.inspect(seq) },
        el('span.time.faint.tiny', {}, clock(event.timestamp)),
        el('span.type.mono.small.one-line', {}, marked(type, words)),
        who,
        el('span.what.data.few-lines', {}, marked(said, words)),
        places > 1 ? el('span.places.tiny.faint', {}, plural(places, 'place')) : undefined,
        elsewhere(event, said),
      ),
    );
  }

  /** The hit before or after another one, as they are shown: newest first. */
  function step(seq: number, by: number): number | undefined {
    const at = hits.all.findIndex(({ event }) => event.seq === seq);
    return at < 0 ? undefined : hits.all[at + by]?.event.seq;
  }

  const drawNames = (): void => {
    for (const draw of named) draw();
  };
  live.on('names', drawNames, { signal });
  update(route);
  // An address that says at most in which session is one to go on from.
  const isOpen = ['q', 'topics', 'since', 'until', 'event'].every(name => !route.params.get(name));
  if (isOpen && matchMedia('(pointer: fine)').matches) form.focus();
  return { update, step, items: '.hit' };
}
