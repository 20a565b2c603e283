// Messages below each other, under a heading.
import type { Message } from '../../src/protocol/index.ts';
import { el, keepInOrder } from '../design/dom.ts';
import type { Live } from '../live/live.ts';
import { href } from '../shell/route.ts';
import { type AwayOf, makeRow, type Row } from './row.ts';

export interface List {
  readonly node: HTMLElement;
  /** @param hasMore there are others that are not shown */
  draw(messages: readonly Message[], awayOf: AwayOf, hasMore?: boolean): void;
}

/** @param done called when something was done with one of them */
export function makeList(name: string, title: string, live: Live, done: () => void): List {
  const id = `inbox-${name}`;
  const list = el('ol.list.letters');
  const others = el('a.small', { href: href('inbox', '', { state: name }), hidden: true }, 'All of them');
  const node = el('section.inbox-list', { 'aria-labelledby': id }, el('h2', { id }, title), list, others);
  const kept = new Map<string, Row>();
  return {
    node,
    draw(messages, awayOf, hasMore = false) {
      keepInOrder(
        list,
        kept,
        messages,
        message => message.id,
        () => makeRow(live, done),
        (row, message) => row.draw(message, awayOf),
      );
      list.hidden = messages.length === 0;
      others.hidden = !hasMore;
    },
  };
}
