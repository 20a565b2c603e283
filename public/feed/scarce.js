// What the feed says when hardly anything fits: how far back it has looked, and what one can do about it.
import { el } from '../design/dom.ts';
import { count } from '../design/format.ts';
import { href } from '../shell/route.js';

/** @param on `further()` looks further back, `clear()` shows everything again */
export function makeScarce(on) {
  const words = el('span', { role: 'status' });
  const further = el('button.button', { type: 'button', onclick: on.further }, 'Look further back');
  const clear = el('button.button', { type: 'button', onclick: on.clear }, 'Clear filters');
  const search = el('a.button', {}, 'Search the log');
  const node = el('div.scarce', { hidden: true }, words, further, clear, search);
  let before;

  /** @param facts `{ none, looked, phase, problem, filtered, text }`: whether no event is shown, how many were looked at, and the filters */
  function draw(facts) {
    const said = wordsOf(facts);
    node.hidden = said === '';
    const key = JSON.stringify([said, facts.phase, facts.filtered, facts.text]);
    if (key === before) return;
    before = key;
    words.textContent = said;
    further.hidden = facts.phase !== 'stopped';
    clear.hidden = !facts.filtered;
    search.hidden = facts.text === '' || facts.phase !== 'stopped';
    search.setAttribute('href', href('search', '', { q: facts.text }));
  }
  return { node, draw };
}

function wordsOf({ none, looked, phase, problem, filtered }) {
  if (problem !== '') return `${problem}.`;
  if (phase === 'stopped')
    return none
      ? `None among the newest ${count(looked)} events.`
      : `Looked through the newest ${count(looked)} events.`;
  if (!none) return '';
  if (phase === 'looking') return 'Looking back…';
  return filtered ? 'Nothing in the log fits.' : 'Nothing to show yet.';
}
