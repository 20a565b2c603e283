// What an address shows that leads to no view: that there is none, and the ways on.
import { el } from '../design/dom.js';
import { line } from '../design/text.js';

const WAYS = [
  ['#/', 'Sessions'],
  ['#/feed', 'Feed'],
  ['#/search', 'Search'],
  ['#/usage', 'Usage'],
];

export function show(root, route) {
  const words = el('p.data');
  const update = ({ view }) => {
    words.textContent =
      view === 'session' ? 'The address names no session.' : `There is no view “${line(view, 60)}”.`;
  };
  root.append(
    el('header.view-head', {}, el('h1', { tabindex: -1 }, 'Nothing here')),
    el(
      'div.empty',
      {},
      words,
      el(
        'ul.list.ways',
        {},
        WAYS.map(([href, name]) => el('li', {}, el('a', { href }, name))),
      ),
    ),
  );
  update(route);
  return { update };
}
