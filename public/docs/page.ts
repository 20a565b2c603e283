// The protocol as a page to read, made from the AsyncAPI document that the daemon serves.

import { byId, el, isWithin } from '../design/dom.ts';
import { dressBar } from '../shell/bar.ts';
import type { ProtocolDocument } from './document.ts';
import { markWhereWeAre, navigation, search } from './nav.ts';
import { sectionsOf } from './sections.ts';

dressBar();
const content = byId('content', HTMLElement);
const nav = byId('nav', HTMLElement);

async function show(): Promise<void> {
  const response = await fetch('/asyncapi.json');
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const protocol: ProtocolDocument = await response.json();
  const sections = sectionsOf(protocol, location.host);
  content.replaceChildren(...sections.map(({ node }) => node));
  const { node, links } = navigation(sections);
  nav.append(node);
  search(byId('search', HTMLInputElement), byId('found', HTMLElement), content, sections, links);
  markWhereWeAre(nav);
  // The browser looked for the fragment before it was there.
  if (location.hash.length > 1)
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

// On a phone the contents are folded until asked for, and fold again once a place is chosen.
const contents = byId('contents', HTMLDetailsElement);
const narrow = matchMedia('(max-width: 60rem)');
const fold = (): void => {
  contents.open = !narrow.matches;
};
narrow.addEventListener('change', fold);
contents.addEventListener('click', event => {
  if (narrow.matches && isWithin(event, 'a')) contents.open = false;
});
fold();

show().catch((error: unknown) => {
  content.replaceChildren(
    el('h1', {}, 'The protocol could not be read'),
    el(
      'p',
      {},
      `/asyncapi.json: ${error instanceof Error ? error.message : String(error)}. Is hookline still running? Reload to try again.`,
    ),
  );
});
