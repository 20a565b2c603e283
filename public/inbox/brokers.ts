// How the brokers are that lead to other machines; nothing where there are none.
import { el, keepInOrder, setOptional, setText } from '../design/dom.ts';
import { plural } from '../design/format.ts';
import { line } from '../design/text.ts';
import type { BrokerRow } from './api.ts';

export interface Brokers {
  readonly node: HTMLElement;
  draw(brokers: readonly BrokerRow[]): void;
}

interface Line {
  readonly node: HTMLElement;
  readonly draw: (broker: BrokerRow) => void;
}

export function makeBrokers(): Brokers {
  const list = el('ul.list.names');
  const node = el(
    'section.inbox-names',
    { 'aria-labelledby': 'inbox-brokers', hidden: true },
    el('h2', { id: 'inbox-brokers' }, 'Brokers'),
    list,
  );
  const kept = new Map<string, Line>();
  return {
    node,
    draw(brokers) {
      node.hidden = brokers.length === 0;
      keepInOrder(
        ...([list, kept, brokers, ({ label }: BrokerRow) => label, makeLine] as const),
        (one, broker) => one.draw(broker),
      );
    },
  };
}

function makeLine(): Line {
  const dot = el('span.dot');
  const label = el('span.name.data.one-line');
  const what = el('span.faint.small');
  const behind = el('span.queue.small');
  const why = el('p.small.soft.data');
  const head = el('div.name-head', {}, dot, label, what, el('span.name-open', {}, behind));
  return {
    node: el('li.name-line', {}, head, why),
    draw({ label: called, kind, node, state, behind: count, reason }) {
      dot.dataset['state'] = state === 'up' ? 'idle' : 'offline';
      setText(label, `@${called}`);
      setText(what, `${kind}, as ${node}: ${state === 'up' ? 'is there' : 'away, and tried again'}`);
      setText(behind, count === 0 ? '' : `${plural(count, 'event')} behind`);
      setOptional(why, reason === undefined ? '' : line(reason, 300));
    },
  };
}
