// Windows of five hours: how fast the one that runs burns, what it comes to, and the ones before it.
import type { BlockUsage } from '../../src/protocol/index.ts';
import { type Child, el } from '../design/dom.ts';
import { clock, cost, day, money, short, span } from '../design/format.ts';
import { join } from '../design/text.ts';
import type { Measure } from './sums.ts';
import { usageTable } from './tables.ts';

/** Windows in the table. */
const SHOWN = 8;

/** What is shown of them, the newest first; nothing where nothing was used since `from`. */
export function windowPanels(
  blocks: readonly BlockUsage[],
  by: Measure,
  from: number,
  now: number,
): HTMLElement[] {
  const recent = blocks.filter(({ usedUntil }) => usedUntil >= from).toReversed();
  if (recent.length === 0) return [];
  const running = recent.find(({ endsAt, burn }) => burn !== undefined && endsAt > now);
  const entries = recent.slice(0, SHOWN).map(one => ({
    label: labelOf(one, one === running),
    rows: [one],
  }));
  const title = recent.length > SHOWN ? `The last ${SHOWN} windows of five hours` : 'Windows of five hours';
  const table = usageTable(title, 'Window', entries, by);
  return running === undefined ? [table] : [panelOf(running, now), table];
}

function panelOf(block: BlockUsage, now: number): HTMLElement {
  const { burn, projected } = block;
  const dollars = (usd: number | undefined): string =>
    usd === undefined ? '' : `${block.costEstimateUsd === undefined ? '' : '~'}${money(usd)}`;
  const one = (name: string, value: string): HTMLElement =>
    el('div', {}, el('dt', {}, name), el('dd', {}, value));
  return el(
    'section.panel.usage-window',
    {},
    el('h2', {}, `These five hours, until ${clock(block.endsAt).slice(0, 5)}`),
    el(
      'dl.figures',
      {},
      one('So far', cost(block) || '–'),
      one('An hour', dollars(burn?.usdPerHour) || '–'),
      one('Tokens a minute', short(burn?.tokensPerMinute ?? 0)),
      one(
        'At its end, if it goes on so',
        join(dollars(projected?.usd), `${short(projected?.tokens ?? 0)} tokens`),
      ),
      one('Left', span(block.endsAt - now)),
    ),
  );
}

function labelOf({ startsAt, endsAt }: BlockUsage, isRunning: boolean): Child {
  const time = `${day(startsAt)}, ${clock(startsAt).slice(0, 5)}–${clock(endsAt).slice(0, 5)}`;
  const words = el('span.data', {}, time);
  return isRunning ? el('span', {}, words, el('span.faint.tiny.used', {}, 'runs')) : words;
}
