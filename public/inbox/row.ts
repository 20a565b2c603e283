// A message in a list: from whom to whom, what, how it stands and why, and what can be done about it.
import type { Message } from '../../src/protocol/index.ts';
import { el, setAttribute, setOptional, setText } from '../design/dom.ts';
import { moment } from '../design/format.ts';
import { line, prose } from '../design/text.ts';
import type { Live } from '../live/live.ts';
import { href } from '../shell/route.ts';
import { type Actions, makeActions } from './actions.ts';
import { PAGE } from './api.ts';
import { chipOf, contentOf, standingWords } from './words.ts';

export type AwayOf = (name: string) => string;

export interface Row {
  readonly node: HTMLElement;
  /** @param awayOf why nothing is given to a name just now; empty where nothing stands in the way */
  readonly draw: (message: Message, awayOf: AwayOf) => void;
}

/** What to call who is written to or writes: a session by its name, and this page as what it is. */
export function whoWords(name: string, live: Live): string {
  if (name === PAGE) return 'dashboard';
  return live.session(name) === undefined ? line(name, 128) : live.nameOf(name);
}

/** @param done called when something was done with it */
export function makeRow(live: Live, done: () => void): Row {
  const from = el('span.data.one-line');
  const to = el('span.data.one-line');
  const arrow = el('span.faint', {}, el('span', { 'aria-hidden': 'true' }, '→'), el('span.unseen', {}, 'to'));
  const chip = el('span.chip');
  const time = el('time.faint.tiny');
  const what = el('a.what.data.few-lines');
  const why = el('p.why.small.soft.data');
  const actions: Actions = makeActions(done);
  const node = el(
    'li.letter',
    {},
    el('div.letter-head', {}, el('span.route', {}, from, arrow, to), time, chip),
    what,
    el('div.letter-foot', {}, why, actions.node),
  );

  function draw(message: Message, awayOf: AwayOf): void {
    const { word, tone } = chipOf(message.state);
    node.dataset['state'] = message.state;
    setText(from, whoWords(message.from, live));
    setText(to, whoWords(message.to, live));
    setText(chip, word);
    setAttribute(chip, 'data-tone', tone);
    setText(time, moment(message.createdAt));
    setText(what, prose(contentOf(message), 300) || '(nothing that is seen)');
    setAttribute(what, 'href', href('inbox', message.id));
    setOptional(why, whyWords(message, live, awayOf));
    actions.draw(message);
  }
  return { node, draw };
}

/** How it stands with the one it is for; of several, with those it has not reached, and how many there are. */
function whyWords({ recipients, state }: Message, live: Live, awayOf: AwayOf): string {
  const [only] = recipients;
  if (recipients.length === 1 && only !== undefined)
    return state === 'delivered' && only.answeredAt === undefined
      ? ''
      : standingWords({ ...only, away: awayOf(only.name) });
  const arrived = recipients.filter(one => one.state === 'delivered').length;
  const behind = recipients.find(one => one.state === state && one.state !== 'delivered');
  const count = `Arrived at ${arrived} of ${recipients.length}.`;
  return behind === undefined
    ? count
    : `${count} ${whoWords(behind.name, live)}: ${standingWords({ ...behind, away: awayOf(behind.name) })}`;
}
