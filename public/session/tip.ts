// What the timeline says about a call under the pointer, or under the keyboard.
import { el } from '../design/dom.ts';
import { clock, duration } from '../design/format.ts';
import { join } from '../design/text.ts';
import type { CallItem, WordsItem } from './items.ts';
import type { LaneRow } from './layout.ts';

function outcome(item: CallItem): string {
  if (item.ended === undefined) return 'no result yet';
  const words = item.ok ? 'ok' : item.interrupted ? 'interrupted' : 'failed';
  return join(words, duration(item.ms ?? item.ended - item.at));
}

/** A call in a sentence, for who does not see it. */
export const tipWords = (item: CallItem, row: LaneRow): string =>
  [row.lane.id === '' ? 'Main agent' : row.lane.type, item.tool, item.what, outcome(item), clock(item.at)]
    .filter(Boolean)
    .join(', ');

/** A call, or a prompt, in a few lines. */
export function tipNodes(item: CallItem | WordsItem): (HTMLElement | string)[] {
  if (item.kind !== 'call')
    return [
      el('p.data.few-lines', {}, item.text),
      el(
        'p.faint.tiny',
        {},
        `${item.letter === undefined ? 'Prompt' : `Message from ${item.letter.from}`}, ${clock(item.at)}`,
      ),
    ];
  return [
    el('p', {}, el('strong.data', {}, item.tool), ' ', el('span.soft', {}, outcome(item))),
    item.what === '' ? '' : el('p.mono.data.few-lines', {}, item.what),
    item.error ? el('p.bad.data.few-lines.lines', {}, item.error) : '',
    el('p.faint.tiny', {}, clock(item.at)),
  ].filter(part => part !== '');
}
