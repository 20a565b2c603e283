// Finding one's way on the docs page: contents, search, and where one is.
import { el, setText } from '../design/dom.ts';
import { mark } from './marks.js';

/** The contents, a list in a list; each entry's link is kept so that the search can hide it. */
export function navigation(sections) {
  return el(
    'ul.list',
    {},
    sections.map(section => {
      const links = section.entries.map(entry => {
        entry.link = el('li', {}, el('a', { href: `#${entry.id}` }, entry.title));
        return entry.link;
      });
      const inner = links.length > 0 ? el('ul.list', {}, links) : undefined;
      section.link = el('li', {}, el('a.section', { href: `#${section.id}` }, section.title), inner);
      return section.link;
    }),
  );
}

/** The head of the page while something is looked for, and what it says when that is nowhere. */
function resultHead() {
  const title = el('h1', {}, 'Found in the protocol');
  const none = el('p');
  const node = el('header', { hidden: true }, title, none);
  return {
    node,
    draw(wanted, shown) {
      node.hidden = wanted === '';
      setText(title, shown === 0 ? 'Not in the protocol' : 'Found in the protocol');
      setText(
        none,
        shown === 0 ? `Nothing here has all the words of “${wanted}”. Escape shows everything again.` : '',
      );
    },
  };
}

/** Shows only what holds every word typed, and marks them; a section whose own words match is shown whole. */
export function search(input, status, content, sections) {
  const head = resultHead();
  content.prepend(head.node);
  const things = sections.flatMap(section => section.entries);
  for (const thing of things) thing.words = thing.node.textContent.toLowerCase();
  for (const section of sections) {
    const own = section.node.cloneNode(true);
    for (const entry of own.querySelectorAll('.entry')) entry.remove();
    section.words = own.textContent.toLowerCase();
  }
  const run = () => {
    const wanted = input.value.trim();
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const has = text => words.every(word => text.includes(word));
    for (const section of sections) {
      const found = section.entries.filter(entry => has(entry.words));
      // The words before the first entry matter only when no entry says it better.
      const whole = words.length === 0 || (section.entries.length === 0 && has(section.words));
      for (const entry of section.entries) show(entry, whole || found.includes(entry));
      show(section, whole || found.length > 0);
      section.node.classList.toggle('searched', words.length > 0 && section.entries.length > 0);
    }
    const shown = things.filter(thing => !thing.node.hidden).length;
    const whole = sections.filter(({ entries, node }) => entries.length === 0 && !node.hidden).length;
    setText(status, words.length === 0 ? '' : `${shown + whole} found`);
    head.draw(wanted, shown + whole);
    mark(
      sections.map(({ node }) => node),
      words,
    );
  };
  input.addEventListener('input', () => {
    run();
    scrollTo(0, 0);
  });
  input.addEventListener('keydown', event => {
    if (event.key === 'Enter') things.find(thing => !thing.node.hidden)?.node.scrollIntoView();
    if (event.key !== 'Escape') return;
    input.value = '';
    run();
    input.blur();
  });
  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target.closest('input')) return;
    event.preventDefault();
    input.focus();
  });
}

function show(thing, visible) {
  thing.node.hidden = !visible;
  thing.link.hidden = !visible;
}

/** Marks the link of the heading that was scrolled past last. */
export function markWhereWeAre(nav) {
  const links = new Map([...nav.querySelectorAll('a')].map(link => [link.hash.slice(1), link]));
  const headings = [...links.keys()].map(id => document.getElementById(id));
  let current;
  const mark = () => {
    const past = headings.filter(
      one => one.getClientRects().length > 0 && one.getBoundingClientRect().top < 120,
    );
    const link = links.get((past.at(-1) ?? headings[0]).id);
    if (link === current) return;
    current?.removeAttribute('aria-current');
    link.setAttribute('aria-current', 'location');
    current = link;
    if (nav.scrollHeight > nav.clientHeight) keepInView(nav, link);
  };
  let due = false;
  const soon = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      mark();
    });
  };
  addEventListener('scroll', soon, { passive: true });
  mark();
}

function keepInView(nav, link) {
  const top = link.getBoundingClientRect().top - nav.getBoundingClientRect().top;
  if (top < 40 || top > nav.clientHeight - 60) nav.scrollTop += top - nav.clientHeight / 2;
}
