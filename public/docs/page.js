// The protocol as a page to read, made from the AsyncAPI document that the daemon serves.

import { el } from '../design/dom.ts';
import { dressBar } from '../shell/bar.js';
import { markWhereWeAre, navigation, search } from './nav.js';
import { sectionsOf } from './sections.js';

dressBar();
const content = document.getElementById('content');

async function show() {
  const response = await fetch('/asyncapi.json');
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const sections = sectionsOf(await response.json(), location.host);
  content.replaceChildren(...sections.map(({ node }) => node));
  document.getElementById('nav').append(navigation(sections));
  search(document.getElementById('search'), document.getElementById('found'), content, sections);
  markWhereWeAre(document.getElementById('nav'));
  // The browser looked for the fragment before it was there.
  if (location.hash.length > 1)
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

// On a phone the contents are folded until asked for, and fold again once a place is chosen.
const contents = document.getElementById('contents');
const narrow = matchMedia('(max-width: 60rem)');
const fold = () => {
  contents.open = !narrow.matches;
};
narrow.addEventListener('change', fold);
contents.addEventListener('click', event => {
  if (narrow.matches && event.target.closest('a')) contents.open = false;
});
fold();

show().catch(error => {
  content.replaceChildren(
    el('h1', {}, 'The protocol could not be read'),
    el('p', {}, `/asyncapi.json: ${error.message}. Is hookline still running? Reload to try again.`),
  );
});
