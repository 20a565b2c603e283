// Finding one's way on the docs page: contents, search, and where one is.
import { el, isWithin, setText } from '../design/dom.ts';
import { hasSingleKeys } from '../design/single-keys.ts';
import { mark } from './marks.ts';
import type { Entry, Section } from './parts.ts';

/** Links of the contents, by the id of what they lead to: the search hides them. */
type Links = ReadonlyMap<string, HTMLElement>;

/** The contents, a list in a list. */
export function navigation(sections: readonly Section[]): { node: HTMLElement; links: Links } {
  const links = new Map<string, HTMLElement>();
  const link = (name: 'a' | 'a.section', { id, title }: Entry, inner?: HTMLElement): HTMLElement => {
    const node = el('li', {}, el(name, { href: `#${id}` }, title), inner);
    links.set(id, node);
    return node;
  };
  const node = el(
    'ul.list',
    {},
    sections.map(section => {
      const inner = section.entries.map(entry => link('a', entry));
      return link('a.section', section, inner.length > 0 ? el('ul.list', {}, inner) : undefined);
    }),
  );
  return { node, links };
}

/** The head of the page while something is looked for, and what it says when that is nowhere. */
function resultHead(): { node: HTMLElement; draw(wanted: string, shown: number): void } {
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
export function search(
  input: HTMLInputElement,
  status: HTMLElement,
  content: HTMLElement,
  sections: readonly Section[],
  links: Links,
): void {
  const head = resultHead();
  content.prepend(head.node);
  const things = sections.flatMap(section => section.entries);
  /** What is looked through, by id. */
  const texts = new Map(things.map(({ id, node }) => [id, node.textContent.toLowerCase()]));
  for (const { id, node } of sections) texts.set(id, ownText(node).toLowerCase());
  const show = ({ id, node }: Entry, visible: boolean): void => {
    node.hidden = !visible;
    const link = links.get(id);
    if (link !== undefined) link.hidden = !visible;
  };
  const run = (): void => {
    const wanted = input.value.trim();
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const has = ({ id }: Entry): boolean => words.every(word => texts.get(id)?.includes(word));
    for (const section of sections) {
      const found = section.entries.filter(has);
      // The words before the first entry matter only when no entry says it better.
      const whole = words.length === 0 || (section.entries.length === 0 && has(section));
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
    if (event.key !== '/' || !hasSingleKeys() || event.ctrlKey || event.metaKey || isWithin(event, 'input'))
      return;
    event.preventDefault();
    input.focus();
  });
}

/** The words of a section without those of its entries. */
function ownText(section: HTMLElement): string {
  const own = document.createElement('div');
  own.append(section.cloneNode(true));
  for (const entry of own.querySelectorAll('.entry')) entry.remove();
  return own.textContent;
}

/** Marks the link of the heading that was scrolled past last. */
export function markWhereWeAre(nav: HTMLElement): void {
  const links = new Map([...nav.querySelectorAll('a')].map(link => [link.hash.slice(1), link]));
  const headings = [...links.keys()].flatMap(id => document.getElementById(id) ?? []);
  let current: HTMLElement | undefined;
  const markIt = (): void => {
    const past = headings.filter(
      one => one.getClientRects().length > 0 && one.getBoundingClientRect().top < 120,
    );
    const link = links.get((past.at(-1) ?? headings[0])?.id ?? '');
    if (link === undefined || link === current) return;
    current?.removeAttribute('aria-current');
    link.setAttribute('aria-current', 'location');
    current = link;
    if (nav.scrollHeight > nav.clientHeight) keepInView(nav, link);
  };
  let due = false;
  const soon = (): void => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      markIt();
    });
  };
  addEventListener('scroll', soon, { passive: true });
  markIt();
}

function keepInView(nav: HTMLElement, link: HTMLElement): void {
  const top = link.getBoundingClientRect().top - nav.getBoundingClientRect().top;
  if (top < 40 || top > nav.clientHeight - 60) nav.scrollTop += top - nav.clientHeight / 2;
}
