// The board as a compact list: a line a session, several side by side, and only those near what is in sight are there.
import { el, keepInOrder, setText } from '../design/dom.ts';
import { onceAFrame } from '../design/frame.ts';
import type { CardFacts } from './card.ts';
import type { Cards } from './cards.ts';
import type { Member, Section } from './choice.ts';
import type { Line } from './line.ts';
import { columnsIn, linesNear } from './lines.ts';
import { NEEDS } from './need.ts';

/** Pixels that a line needs at least; one that says what is asked needs more. */
const LEAST = { usual: 272, waiting: 420, card: 344 };
const GAP = 16;
const WAITING = NEEDS.find(({ need }) => need === 'waiting')?.title ?? '';

interface Group {
  readonly node: HTMLElement;
  readonly title: Text;
  readonly number: HTMLElement;
  readonly list: HTMLElement;
  /** Session id → its line, of those that are there. */
  readonly lines: Map<string, Line>;
  members: readonly Member[];
  columns: number;
}

interface ListOptions {
  readonly make: () => Line;
  readonly drawLine: (line: Line, facts: CardFacts) => void;
  readonly factsOf: (member: Member) => CardFacts;
  /** Draws the first of those who need somebody, with what they ask. */
  readonly cards: Cards;
  /** Whether something can be answered on a card. */
  readonly isAsking: (member: Member) => boolean;
  /** There is room for more of them side by side, or for fewer. */
  readonly resized: () => void;
  readonly signal: AbortSignal;
}

/** What the keyboard can go to. */
interface Place {
  /** Names a line. */
  readonly id: string | undefined;
  /** Whether the focus is in it. */
  holds(focus: Element | null): boolean;
  go(): void;
}

export interface List {
  readonly node: HTMLElement;
  draw(sections: readonly Section[]): void;
  move(by: 1 | -1): boolean;
}

export function makeList({ make, drawLine, factsOf, cards, isAsking, resized, signal }: ListOptions): List {
  const first = el('div.board-groups.first-asking');
  const rest = el('div.board-lists');
  const node = el('div.board-list', { hidden: true }, first, rest);
  const groups = new Map<string, Group>();
  let width = 0;
  let row = 24;
  /** Who the keyboard is at, also when its line is out of sight. */
  let at: string | undefined;

  function draw(sections: readonly Section[]): void {
    if (!node.hidden) measure();
    const asking = askingOf(sections);
    const rested = sections.map(one =>
      one.need === 'waiting' && asking.length > 0
        ? {
            ...one,
            title: `${one.title} too`,
            members: one.members.filter(member => !asking.includes(member)),
          }
        : one,
    );
    cards.begin();
    cards.draw(
      first,
      asking.length === 0 ? [] : [{ key: 'asking', title: WAITING, need: 'waiting', members: asking }],
    );
    keepInOrder(
      rest,
      groups,
      rested.filter(({ members }) => members.length > 0),
      ({ key }) => key,
      makeGroup,
      setGroup,
    );
    drawNear();
  }

  /** As many of those who ask as fit side by side; who came first stays where it is. */
  function askingOf(sections: readonly Section[]): readonly Member[] {
    const waiting = sections.find(({ need }) => need === 'waiting')?.members ?? [];
    return waiting.filter(isAsking).slice(0, columnsIn(width, LEAST.card, GAP));
  }

  function setGroup(group: Group, { need, title, members }: Section): void {
    if (need !== undefined) group.node.dataset['need'] = need;
    setText(group.title, title);
    setText(group.number, String(members.length));
    group.members = members;
    group.columns = columnsIn(width, need === 'waiting' ? LEAST.waiting : LEAST.usual, GAP);
    group.list.style.setProperty('--columns', String(group.columns));
    group.list.style.height = `${Math.ceil(members.length / group.columns) * row}px`;
  }

  /** Draws what is near, and takes away what is not. */
  function drawNear(): void {
    const all = [...groups.values()];
    // All is measured before anything is moved.
    const tops = all.map(({ list }) => list.getBoundingClientRect().top);
    all.forEach((group, index) => {
      const { members, columns, list, lines } = group;
      const many = Math.ceil(members.length / columns);
      const [from, to] = linesNear(tops[index] ?? 0, many, row, innerHeight);
      list.style.paddingTop = `${from * row}px`;
      keepInOrder(
        list,
        lines,
        members
          .slice(from * columns, to * columns)
          .map((member, place) => ({ member, place: from * columns + place })),
        ({ member }) => member.session.sessionId,
        make,
        (line, { member, place }) => {
          line.node.setAttribute('aria-posinset', String(place + 1));
          line.node.setAttribute('aria-setsize', String(members.length));
          drawLine(line, factsOf(member));
        },
      );
    });
  }
  const soon = onceAFrame(drawNear);

  function move(by: 1 | -1): boolean {
    const all = [...cards.nodes.map(ofCard), ...[...groups.values()].flatMap(ofGroup)];
    const focused = all.findIndex(({ holds }) => holds(document.activeElement));
    const from = focused >= 0 ? focused : all.findIndex(({ id }) => id !== undefined && id === at);
    const place = all[from < 0 ? 0 : Math.min(Math.max(from + by, 0), all.length - 1)];
    at = place?.id;
    place?.go();
    return place !== undefined;
  }

  const ofCard = (card: HTMLElement): Place => ({
    ...{ id: undefined, holds: focus => card.contains(focus) },
    go: () => cards.focus(card),
  });

  const ofGroup = (group: Group): Place[] =>
    group.members.map(({ session: { sessionId: id } }, index) => ({
      ...{ id, holds: focus => group.lines.get(id)?.node.contains(focus) === true },
      go() {
        reveal(group, index);
        group.lines.get(id)?.link.focus({ preventScroll: true });
      },
    }));

  /** Scrolls until a line is in sight, and draws it. */
  function reveal({ list, columns }: Group, index: number): void {
    const bar = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
    const top = list.getBoundingClientRect().top + Math.floor(index / columns) * row;
    if (top < bar) scrollBy(0, top - bar);
    else if (top + 2 * row > innerHeight) scrollBy(0, top + 2 * row - innerHeight);
    drawNear();
  }

  function measure(): void {
    if (node.clientWidth === width) return;
    width = node.clientWidth;
    row = Number.parseFloat(getComputedStyle(node).getPropertyValue('--row')) || row;
  }

  const sized = new ResizeObserver(() => node.clientWidth > 0 && node.clientWidth !== width && resized());
  sized.observe(node);
  addEventListener('scroll', () => soon(), { passive: true, signal });
  signal.addEventListener('abort', () => {
    sized.disconnect();
    soon.cancel();
  });
  return { node, draw, move };
}

let made = 0;

function makeGroup({ need, key }: Section): Group {
  const id = need === undefined ? `list-${++made}` : `list-${key}`;
  const title = document.createTextNode('');
  const number = el('span.number');
  const list = el('ul.list.session-lines');
  const node = el('section.group', { 'aria-labelledby': id }, el('h2', { id }, title, ' ', number), list);
  return { node, title, number, list, lines: new Map(), members: [], columns: 1 };
}
