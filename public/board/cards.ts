// The board as cards, in groups. One far from what is in sight is an empty frame until it comes near.
import { el, keepInOrder, setText } from '../design/dom.ts';
import { onceAFrame } from '../design/frame.ts';
import { nextOf } from '../keys/walk.ts';
import { type Card, type CardFacts, drawCard } from './card.ts';
import type { Member, Section } from './choice.ts';

/** So many are drawn without waiting for the browser to tell which are near. */
const AT_ONCE = 18;

/** A card, or the place of one. */
interface Slot {
  readonly node: HTMLElement;
  card: Card | undefined;
}

interface Group {
  readonly node: HTMLElement;
  readonly list: HTMLElement;
  readonly title: Text;
  readonly number: HTMLElement;
  /** Session id → its slot. */
  readonly slots: Map<string, Slot>;
}

interface CardsOptions {
  /** Fills an empty frame. */
  readonly make: (node: HTMLElement) => Card;
  readonly factsOf: (member: Member) => CardFacts;
  readonly signal: AbortSignal;
}

export interface Cards {
  /** Shows sections in an element of the page, which belongs to it. */
  draw(parent: HTMLElement, sections: readonly Section[]): void;
  /** Begins anew: the next cards are the first. */
  begin(): void;
  /** The cards and their frames, in order. */
  readonly nodes: readonly HTMLElement[];
  /** Gives a card the focus, and brings it into sight. */
  focus(node: HTMLElement): void;
  /** Goes to the next (1) or the one before (-1); false when there is none. */
  move(by: 1 | -1): boolean;
}

export function makeCards({ make, factsOf, signal }: CardsOptions): Cards {
  const groups = new WeakMap<HTMLElement, Map<string, Group>>();
  /** What each slot is for, as it was drawn last. */
  const members = new Map<HTMLElement, { slot: Slot; member: Member }>();
  const near = new Set<HTMLElement>();
  const redraw = onceAFrame(() => {
    for (const node of near) fill(node);
  });
  const watching = new IntersectionObserver(
    entries => {
      for (const { target, isIntersecting } of entries) {
        if (!(target instanceof HTMLElement)) continue;
        if (isIntersecting) near.add(target);
        else near.delete(target);
      }
      redraw();
    },
    { rootMargin: '600px' },
  );
  signal.addEventListener('abort', () => {
    watching.disconnect();
    redraw.cancel();
  });

  function fill(node: HTMLElement): void {
    const drawn = members.get(node);
    if (drawn === undefined) return;
    const { slot, member } = drawn;
    slot.card ??= make(slot.node);
    drawCard(slot.card, factsOf(member));
  }

  function makeSlot(): Slot {
    const node = el('li.card.panel');
    watching.observe(node);
    return { node, card: undefined };
  }

  function begin(): void {
    for (const node of members.keys()) {
      if (node.isConnected) continue;
      watching.unobserve(node);
      near.delete(node);
    }
    members.clear();
  }

  function drawGroup({ node, list, number, title, slots }: Group, section: Section): void {
    const { need, members: some } = section;
    if (need !== undefined) node.dataset['need'] = need;
    setText(title, section.title);
    setText(number, String(some.length));
    keepInOrder(
      list,
      slots,
      some,
      ({ session }) => session.sessionId,
      makeSlot,
      (slot, member) => {
        slot.node.dataset['need'] = member.need;
        members.set(slot.node, { slot, member });
        if (member.need === 'waiting' || members.size <= AT_ONCE || near.has(slot.node)) fill(slot.node);
      },
    );
  }

  const nodes = (): HTMLElement[] => [...members.keys()].filter(node => node.isConnected);

  function focus(node: HTMLElement): void {
    fill(node);
    members.get(node)?.slot.card?.part.name.focus({ preventScroll: true });
    node.scrollIntoView({ block: 'nearest' });
  }

  return {
    begin,
    focus,
    get nodes() {
      return nodes();
    },
    draw(parent, sections) {
      const kept = groups.get(parent) ?? new Map<string, Group>();
      groups.set(parent, kept);
      keepInOrder(parent, kept, sections, ({ key }) => key, makeGroup, drawGroup);
    },
    move(by) {
      const all = nodes();
      const at = all.findIndex(node => node.contains(document.activeElement));
      const places = all.map(node => node.getBoundingClientRect());
      const node = all[nextOf(places, at, by, innerHeight)];
      if (node !== undefined) focus(node);
      return node !== undefined;
    },
  };
}

let made = 0;

function makeGroup({ key, need }: Section): Group {
  const id = need === undefined ? `group-${++made}` : `need-${key}`;
  const title = document.createTextNode('');
  const number = el('span.number');
  const list = el('ul.list.cards');
  const node = el('section.group', { 'aria-labelledby': id }, el('h2', { id }, title, ' ', number), list);
  return { node, list, title, number, slots: new Map() };
}
