// One line of the feed: when, what, who, about what; or words of the page itself, such as where a gap is.
import { el, setText } from '../design/dom.ts';
import { clock, count, day, moment, plural, span } from '../design/format.ts';
import { placed } from '../design/names.ts';
import { line } from '../design/text.ts';
import type { EventEntry, NoteEntry } from '../live/entry.ts';
import type { Live } from '../live/live.ts';
import type { Note } from '../live/stream.ts';
import type { DayItem } from './days.ts';
import type { Besides } from './wanted.ts';

/** What the feed has rows for. */
export type FeedItem = EventEntry | NoteEntry | DayItem;

type Parts = Readonly<Record<'time' | 'family' | 'leaf' | 'who' | 'what' | 'outcome' | 'seq', HTMLElement>>;

export interface Row {
  readonly node: HTMLElement;
  readonly part: Parts;
}

let made = 0;

export function makeRow(): Row {
  const part: Parts = {
    time: el('span.time'),
    family: el('span.family'),
    leaf: el('span.leaf'),
    who: el('span.who.data.one-line'),
    what: el('span.what.data.one-line'),
    outcome: el('span.outcome.data.one-line'),
    seq: el('span.seq'),
  };
  const type = el('span.type.mono.one-line', {}, part.family, part.leaf);
  const node = el(
    'div.row',
    { role: 'option', id: `row-${++made}`, 'aria-selected': 'false' },
    part.time,
    type,
    part.who,
    el('span.told', {}, part.what, part.outcome),
    part.seq,
  );
  return { node, part };
}

/** Fills a row with an item; `besides` says what the row of an event tells too. */
export function drawRow(
  { node, part }: Row,
  entry: FeedItem,
  live: Live,
  besidesOf: (entry: EventEntry) => Besides | undefined,
): void {
  if ('day' in entry) return drawDay({ node, part }, entry);
  if (entry.note !== undefined) return drawNote({ node, part }, entry);
  const besides = besidesOf(entry);
  const above = besides !== undefined && 'above' in besides;
  const { seq, at, type, sessionId, agentId, node: machine, tone, text, part: about } = entry;
  const result = about.kind === 'call' && !above ? besides : undefined;
  node.dataset['tone'] = result?.tone ?? tone;
  const dot = type.lastIndexOf('.') + 1;
  setText(part.time, clock(at));
  part.time.title = moment(at, 0);
  setText(part.family, line(type.slice(0, dot), 60));
  setText(part.leaf, line(type.slice(dot), 60));
  const agent = agentId === undefined ? '' : ` › ${live.agentName(agentId)}`;
  setText(part.who, placed(live.nameOf(sessionId), machine) + agent);
  setText(part.what, above ? 'said above' : text);
  setText(part.outcome, result?.outcome ?? (live.running.has(about.key) ? 'running' : ''));
  setText(part.seq, count(seq));
}

function drawDay({ node, part }: Row, { at }: DayItem): void {
  node.dataset['tone'] = 'day';
  for (const one of Object.values(part)) setText(one, '');
  setText(part.time, day(at));
}

function drawNote({ node, part }: Row, { note, at }: NoteEntry): void {
  node.dataset['tone'] = note.kind === 'away' ? 'note' : 'gap';
  setText(part.time, clock(at));
  setText(part.family, '');
  setText(part.leaf, note.kind);
  setText(part.who, '');
  setText(part.what, noteWords(note));
  setText(part.outcome, '');
  setText(part.seq, '');
}

const REASONS: Readonly<Record<string, string>> = {
  evicted: 'the log no longer holds them',
  epoch_changed: 'the log was numbered anew',
  future: 'the log was set back',
};

/** What the stream has to say, in a sentence. */
export function noteWords(note: Note): string {
  switch (note.kind) {
    case 'away':
      return note.missed > 0
        ? `Offline for ${span(note.to - note.from)}. ${plural(note.missed, 'event')} came meanwhile; all are here.`
        : `Offline for ${span(note.to - note.from)}. Nothing was missed.`;
    case 'gap':
      return `${plural(note.to - note.from + 1, 'event')} missing, seq ${count(note.from)} to ${count(note.to)}: ${REASONS[note.reason ?? ''] ?? note.reason}.`;
    case 'epoch':
      return `The log was restarted with a new numbering (epoch ${note.epoch}). What was shown here, up to seq ${count(note.was.seq)}, belonged to the old one.`;
    case 'broken':
      return `A batch went on from seq ${count(note.got)}, not from ${count(note.expected)}. Resuming from where it was whole.`;
    default:
      return `The daemon refused a request: ${line(note.message)}`;
  }
}
