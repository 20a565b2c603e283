// What is stuck, for whom what waits, and the messages there were: as the daemon has it now, again with every step of one.
import type { EventEnvelope, Message } from '../../src/protocol/index.ts';
import { command } from '../design/command.ts';
import { el, setOptional, setText } from '../design/dom.ts';
import { plural } from '../design/format.ts';
import { keepLoaded } from '../live/keep-loaded.ts';
import { may } from '../live/may.ts';
import type { App, Shown } from '../shell/app.ts';
import type { Route } from '../shell/route.ts';
import { getBrokers, getInboxes, getMessages, getNames, type InboxRow } from './api.ts';
import { makeBrokers } from './brokers.ts';
import { makeFilters } from './filters.ts';
import { makeList } from './list.ts';
import { makeNames } from './names.ts';
import { awayWords } from './words.ts';

/** Messages shown at first, and more of them when asked for; the daemon lists no more than this at once. */
const PAGE = 50;
const MOST = 1000;
/** Of what is stuck, shown at most. */
const STUCK = 20;

/** Whether it may change what is shown: who has a name is told by the sessions. */
const isMoving = ({ type }: EventEnvelope): boolean =>
  type.startsWith('inbox.') || type.startsWith('session.') || type === 'system.broker';

export function showOverview(root: HTMLElement, route: Route, app: App): Shown {
  const { live, signal } = app;
  const status = el('p.soft', { role: 'status' });
  const problem = el('p.notice', { role: 'alert', hidden: true });
  const readOnly = el('p.faint.small', { hidden: may('send') }, READ_ONLY);
  const held = makeList('held', 'Held', live, () => again());
  const dead = makeList('dead', 'Not delivered', live, () => again());
  const recent = makeList('recent', 'Messages', live, () => again());
  const names = makeNames(app, () => again());
  const brokers = makeBrokers();
  const filters = makeFilters(app);
  const more = el('button.button', { type: 'button', hidden: true, onclick: showMore }, 'Older ones');
  const nothing = el('p.empty', { hidden: true });
  const rest = el(
    'p.faint.small',
    { hidden: true },
    `The newest ${MOST}: say more exactly what you look for to see older ones.`,
  );
  recent.node.firstElementChild?.after(filters.node);
  recent.node.append(nothing, more, rest);
  root.append(
    el('header.view-head', {}, el('h1', { tabindex: -1 }, 'Inbox'), status, el('span.spring'), readOnly),
    problem,
    el(
      'div.inbox',
      {},
      el('div.inbox-stuck', {}, held.node, dead.node),
      names.node,
      brokers.node,
      recent.node,
    ),
  );

  let wanted = PAGE;

  async function load(): Promise<void> {
    const [all, connected, open, isHeld, isDead, page] = await Promise.all([
      getNames(signal),
      getBrokers(signal),
      getInboxes(signal),
      getMessages({ state: 'held', limit: STUCK }, signal),
      getMessages({ state: 'dead', limit: STUCK }, signal),
      getMessages({ ...filters.query, limit: wanted }, signal),
    ]);
    setOptional(problem, '');
    setText(status, sums(open.inboxes, isDead.messages, isDead.hasMore));
    names.draw(all.names, open.inboxes);
    brokers.draw(connected.brokers);
    const rows = new Map(all.names.map(one => [one.name, one]));
    const awayOf = (name: string): string => awayWords(rows.get(name));
    held.draw(isHeld.messages, awayOf, isHeld.hasMore);
    dead.draw(isDead.messages, awayOf, isDead.hasMore);
    held.node.hidden = isHeld.messages.length === 0;
    dead.node.hidden = isDead.messages.length === 0;
    recent.draw(page.messages, awayOf);
    more.hidden = !page.hasMore || wanted >= MOST;
    rest.hidden = !page.hasMore || wanted < MOST;
    nothing.hidden = page.messages.length > 0;
    setText(nothing, filters.isEmpty ? NOTHING : 'No message is like this.');
  }

  const again = keepLoaded({
    ...{ live, signal, load, isMovedBy: isMoving },
    failed: ({ message }) => setOptional(problem, `${message}. What is below is as it was last.`),
  });

  function showMore(): void {
    wanted = Math.min(MOST, wanted + PAGE);
    again();
  }

  function update({ params }: Route): void {
    if (!filters.take(params)) return;
    wanted = PAGE;
    again();
  }
  update(route);
  return { update, items: '.letter .what' };
}

const READ_ONLY = `This login may look and not act: “${command('open')}” makes one that may.`;
const NOTHING = `Nobody has sent a message yet. “${command('send --to NAME -m hello')}” does, and so does the box on a session’s page.`;

function sums(open: readonly InboxRow[], dead: readonly Message[], more: boolean): string {
  const sum = (what: 'queued' | 'held' | 'accepted'): number => open.reduce((all, one) => all + one[what], 0);
  const parts = [
    [sum('queued'), `${plural(sum('queued'), 'waits', 'wait')}`],
    [sum('accepted'), `${sum('accepted')} taken and not proven`],
    [sum('held'), `${sum('held')} held`],
    [dead.length, `${dead.length}${more ? ' or more' : ''} not delivered`],
  ] as const;
  return (
    parts
      .filter(([many]) => many > 0)
      .map(([, words]) => words)
      .join(', ') || 'Nothing waits'
  );
}
