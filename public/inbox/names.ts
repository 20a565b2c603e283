// Who can be written to: each name, its session and whether it is there, and what it has open.
import { el, keepInOrder, setAttribute, setOptional, setText } from '../design/dom.ts';
import { plural, span } from '../design/format.ts';
import { line } from '../design/text.ts';
import { ApiError } from '../live/api.ts';
import { may } from '../live/may.ts';
import type { App } from '../shell/app.ts';
import { href } from '../shell/route.ts';
import { type InboxRow, type NameRow, purge } from './api.ts';
import { whoWords } from './row.ts';
import { awayWords } from './words.ts';

/** A name that is known, or that something is open for. */
interface Facts extends NameRow {
  readonly open: InboxRow | undefined;
}

interface Line {
  readonly node: HTMLElement;
  readonly draw: (facts: Facts) => void;
}

export interface Names {
  readonly node: HTMLElement;
  draw(names: readonly NameRow[], open: readonly InboxRow[]): void;
}

/** @param done called when something was taken back */
export function makeNames(app: App, done: () => void): Names {
  const list = el('ul.list.names');
  const nothing = el(
    'p.faint.small',
    { hidden: true },
    'No session has a name yet. Each can be reached by its id all the same.',
  );
  const node = el(
    'section.inbox-names',
    { 'aria-labelledby': 'inbox-names' },
    el('h2', { id: 'inbox-names' }, 'Names'),
    list,
    nothing,
  );
  const kept = new Map<string, Line>();
  return {
    node,
    draw(names, open) {
      const opened = new Map(open.map(one => [one.name, one]));
      const known = names.map(one => ({ ...one, open: opened.get(one.name) }));
      keepInOrder(
        list,
        kept,
        known.toSorted(byNeed),
        ({ name }) => name,
        () => makeLine(app, done),
        (one, facts) => one.draw(facts),
      );
      nothing.hidden = known.length > 0;
    },
  };
}

const rank = ({ open, live }: Facts): number => (open !== undefined ? 0 : live ? 1 : 2);
/** Those for whom something is open, then those who are there. */
const byNeed = (left: Facts, right: Facts): number =>
  rank(left) - rank(right) || left.name.localeCompare(right.name);

function makeLine({ live }: App, done: () => void): Line {
  const dot = el('span.dot');
  const name = el('a.name.data.one-line');
  const session = el('a.data.one-line.small');
  const there = el('span.faint.small');
  const queue = el('span.queue.small');
  const why = el('p.small.soft.data');
  const taking = makePurge(done);
  const node = el(
    'li.name-line',
    {},
    el('div.name-head', {}, dot, name, session, there, el('span.name-open', {}, queue, taking.button)),
    why,
    taking.ask,
  );

  function draw(facts: Facts): void {
    const { name: called, sessionId, live: isLive, open } = facts;
    setText(name, whoWords(called, live));
    setAttribute(name, 'href', href('inbox', '', { to: called }));
    name.title = `Messages to ${line(called, 128)}`;
    dot.dataset['state'] = isLive ? (live.session(sessionId ?? '')?.state ?? 'idle') : 'offline';
    session.hidden = sessionId === undefined || sessionId === called;
    setText(session, live.nameOf(sessionId ?? ''));
    setAttribute(session, 'href', href('session', sessionId ?? ''));
    setText(there, isLive ? 'is there' : sessionId === undefined ? 'no session' : 'away');
    setText(queue, queueWords(open));
    const away = awayWords(facts);
    setOptional(why, isLive && open !== undefined && away !== '' ? `Not reached now: ${away}.` : '');
    taking.draw(called, open);
  }
  return { node, draw };
}

function queueWords(open: InboxRow | undefined): string {
  if (open === undefined) return '';
  const { queued, accepted, held, oldestAt } = open;
  const parts = [
    queued > 0 ? plural(queued, 'waits', 'wait') : '',
    accepted > 0 ? `${accepted} not proven` : '',
    held > 0 ? `${held} held` : '',
  ].filter(part => part !== '');
  return `${parts.join(', ')} · oldest ${span(Date.now() - oldestAt)}`;
}

interface Purge {
  readonly button: HTMLElement;
  readonly ask: HTMLElement;
  draw(name: string, open: InboxRow | undefined): void;
}

/** Takes back all that waits for a name; not before it was said twice. */
function makePurge(done: () => void): Purge {
  let name = '';
  const words = el('span.data');
  const problem = el('span.bad.data', { role: 'alert' });
  const yes = el('button.button', { type: 'button', onclick: () => void run() }, 'Take them back');
  const no = el('button.button.quiet', { type: 'button', onclick: () => close() }, 'Leave them');
  const ask = el('div.purge.small', { hidden: true }, words, yes, no, problem);
  const button = el('button.button.quiet', { type: 'button', onclick: () => open() }, 'Purge');

  function open(): void {
    ask.hidden = false;
    button.hidden = true;
    no.focus();
  }
  function close(): void {
    ask.hidden = true;
    button.hidden = false;
    button.focus();
  }
  async function run(): Promise<void> {
    setText(problem, '');
    try {
      await purge(name);
      ask.hidden = true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(problem, `${error.message}.`);
    }
    done();
  }
  return {
    button,
    ask,
    draw(called, inbox) {
      name = called;
      const waiting = (inbox?.queued ?? 0) + (inbox?.held ?? 0);
      if (waiting === 0) ask.hidden = true;
      button.hidden = !may('control') || waiting === 0 || !ask.hidden;
      setText(
        words,
        `Take back ${plural(waiting, 'message')} to ${line(called, 128)}? They reach nobody then.`,
      );
    },
  };
}
