// The last few things that happened, wherever: a glance at the feed from the board.
import { el, partsOf, setAttribute, setText } from '../design/dom.ts';
import { moment } from '../design/format.ts';
import { placed } from '../design/names.ts';
import { join } from '../design/text.ts';
import type { Entry, EventEntry } from '../live/entry.ts';
import type { Live } from '../live/live.ts';
import { href } from '../shell/route.ts';

const SHOWN = 10;
/** Often enough to be alive, seldom enough to be read, in milliseconds. */
const EVERY_MS = 1000;
const SAYS = /^(message|prompt|turn)\./;

export function latestEvents(live: Live, signal: AbortSignal): HTMLElement {
  const list = el('ol.list.latest');
  const node = el(
    'section.group',
    { 'aria-labelledby': 'latest', hidden: true },
    el('h2', { id: 'latest' }, 'Latest ', el('a.more', { href: '#/feed' }, 'Feed')),
    list,
  );
  let drawn: Entry | undefined;
  const draw = (): void => {
    const { entries } = live.ring;
    if (entries.at(-1) === drawn) return;
    drawn = entries.at(-1);
    const shown = newest(entries);
    node.hidden = shown.length === 0;
    while (list.children.length > shown.length) list.lastElementChild?.remove();
    while (list.children.length < shown.length) list.append(makeRow());
    for (const [index, row] of partsOf(list).entries()) {
      const entry = shown[index];
      if (entry !== undefined && row instanceof HTMLElement) drawRow(row, entry, live);
    }
  };
  live.on('state', draw, { signal });
  const timer = setInterval(draw, EVERY_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
  draw();
  return node;
}

/** The last of them that say something of their own; what hook and transcript both told, or a turn's end repeats, once. */
export function newest(entries: readonly Entry[]): EventEntry[] {
  const shown: EventEntry[] = [];
  const said = new Set<string>();
  for (let at = entries.length - 1; at >= 0 && shown.length < SHOWN; at--) {
    const entry = entries[at];
    if (entry?.seq === undefined || entry.tone === 'quiet' || entry.part.kind === 'detail') continue;
    const { type, sessionId, text } = entry;
    const words = SAYS.test(type) && text !== '' ? `${sessionId} ${text}` : undefined;
    if (words !== undefined && said.has(words)) continue;
    if (words !== undefined) said.add(words);
    shown.push(entry);
  }
  return shown;
}

const makeRow = (): HTMLElement =>
  el(
    'li',
    {},
    el('a', {}, el('span.time.faint'), el('span.who.data.one-line'), el('span.what.data.one-line')),
  );

function drawRow(
  row: HTMLElement,
  { seq, at, type, sessionId, node, text, tone }: EventEntry,
  live: Live,
): void {
  const [link] = row.children;
  const [time, who, what] = partsOf(link);
  row.dataset['tone'] = tone;
  row.dataset['seqs'] = String(seq);
  if (link !== undefined) setAttribute(link, 'href', href('board', '', { event: seq }));
  setText(time, moment(at));
  setText(who, placed(live.nameOf(sessionId), node));
  setText(what, /^(tool|prompt|message|turn)\./.test(type) ? text || type : join(type, text));
}
