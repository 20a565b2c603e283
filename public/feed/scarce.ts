// What the feed says when hardly anything fits: how far back it has looked, and what one can do about it.
import { el } from '../design/dom.ts';
import { count } from '../design/format.ts';
import { href } from '../shell/route.ts';

import type { BackState } from './back.ts';

interface Facts extends BackState {
  /** Whether no event is shown. */
  readonly none: boolean;
  /** How many were looked at. */
  readonly looked: number;
  readonly filtered: boolean;
  /** The text that is looked for. */
  readonly text: string;
}

/** What one can do: look further back, show everything again. */
interface Ways {
  further(): void;
  /** Shows what was before the first row. */
  before(): void;
  clear(): void;
}

export function makeScarce(on: Ways): { readonly node: HTMLElement; draw(facts: Facts): void } {
  const words = el('span', { role: 'status' });
  const further = el('button.button', { type: 'button', onclick: on.further }, 'Look further back');
  const before = el('button.button', { type: 'button', onclick: on.before }, 'Show what was before');
  const clear = el('button.button', { type: 'button', onclick: on.clear }, 'Clear filters');
  const search = el('a.button', {}, 'Search the log');
  const node = el('div.scarce', { hidden: true }, words, further, before, clear, search);
  let drawn: string | undefined;

  function draw(facts: Facts): void {
    const said = wordsOf(facts);
    node.hidden = said === '';
    const key = JSON.stringify([said, facts.phase, facts.filtered, facts.text]);
    if (key === drawn) return;
    drawn = key;
    words.textContent = said;
    further.hidden = facts.phase !== 'stopped';
    before.hidden = facts.phase !== 'full';
    clear.hidden = !facts.filtered;
    search.hidden = facts.text === '' || facts.phase !== 'stopped';
    search.setAttribute('href', href('search', '', { q: facts.text }));
  }
  return { node, draw };
}

function wordsOf({ none, looked, phase, problem, filtered }: Facts): string {
  if (problem !== '') return `${problem}.`;
  if (phase === 'stopped')
    return none
      ? `None among the newest ${count(looked)} events.`
      : `Looked through the newest ${count(looked)} events.`;
  if (phase === 'full') return 'There is more before these, and no room for it here.';
  if (!none) return '';
  if (phase === 'looking') return 'Looking back…';
  return filtered ? 'Nothing in the log fits.' : 'Nothing to show yet.';
}
