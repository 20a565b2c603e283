// The blocks of the conversation: a prompt, words of the agent, a run of calls, a question, a note.
import { aboutNode } from '../board/asked.ts';
import { askWords } from '../design/asks.ts';
import { type Child, el } from '../design/dom.ts';
import { clock, count, duration, moment, plural } from '../design/format.ts';
import { cut } from '../design/text.ts';
import { PAGE } from '../inbox/api.ts';
import { chipOf, standingWords } from '../inbox/words.ts';
import { href } from '../shell/route.ts';
import { foldNodes, type Unfolded } from './fold.ts';
import {
  type AskedItem,
  type CallItem,
  type Item,
  isCall,
  type NoteItem,
  type TurnItem,
  type WordsItem,
} from './items.ts';
import type { Lane } from './lane.ts';
import type { Letter } from './letters.ts';
import { wordsOf } from './markdown.ts';
import type { Outgoing } from './outgoing.ts';
import type { Ways } from './timeline.ts';

/** Longest text that is shown unfolded, in characters. */
const LONG = 1800;
/** Of what nobody said, and few read. */
const BRIEF = 300;
/** A run of calls longer than this shows only its end, and more of it when asked for. */
const RUN = 8;
const MORE = 100;

/** Words, and where all of them are. */
type Said = Pick<WordsItem, 'at' | 'seq' | 'text' | 'length'>;

/** What stands together; it is known by its first item. */
export type Block =
  | { readonly key: Item; readonly kind: 'calls'; readonly items: CallItem[] }
  | { readonly key: Item; readonly kind: 'one'; readonly item: Exclude<Item, CallItem> };

/** A block on the page. */
export interface Kept {
  readonly node: HTMLElement;
  /** What was drawn. */
  drawn: string;
  /** How many of its calls are shown at most. */
  most: number;
  readonly unfolded: Unfolded;
  readonly on: Ways;
  /** Fires when the page shows something else. */
  readonly signal: AbortSignal;
}

/** The subagent that a call started. */
export interface AgentCalled {
  readonly lane: Lane;
  readonly name: string;
  readonly doing: string;
}

/** What blocks need to know besides themselves. */
export interface Context {
  /** Whether all of the story is there. */
  readonly read: boolean;
  /** Who speaks. */
  readonly who: string;
  readonly agentOf: (call: CallItem) => AgentCalled | undefined;
  /** Whether a call without a result is still at work. */
  readonly runs: (call: CallItem) => boolean;
  /** What of the surroundings a block shows, so that it is drawn again when that changes. */
  readonly about: (block: Block) => string;
  /** How long a turn took, in milliseconds. */
  readonly turnTime: (turn: TurnItem) => number | undefined;
  /** Draws all of it once more. */
  readonly again: () => void;
}

/** Items as blocks: calls that follow each other are one. */
export function blocksOf(items: readonly Item[]): Block[] {
  const blocks: Block[] = [];
  for (const item of items) {
    const last = blocks.at(-1);
    if (!isCall(item)) blocks.push({ key: item, kind: 'one', item });
    else if (last?.kind === 'calls') last.items.push(item);
    else blocks.push({ key: item, kind: 'calls', items: [item] });
  }
  return blocks;
}

/** A block's node, to be drawn again when something in it has changed. `on` is told what is pressed. */
export function makeBlock(block: Block, on: Ways, signal: AbortSignal): Kept {
  const node = el('li.block-row', { 'data-kind': block.kind === 'one' ? block.item.kind : block.kind });
  return { node, drawn: '', most: RUN, unfolded: new Map(), on, signal };
}

/** Has a block show a call that is in it. */
export function openFor(kept: Kept, { items }: Block & { readonly kind: 'calls' }, call: CallItem): void {
  kept.most = Math.max(kept.most, items.length - items.indexOf(call) + 1);
}

export function drawBlock(kept: Kept, block: Block, context: Context): void {
  const items = block.kind === 'calls' ? block.items : [block.item];
  const versions = items.reduce((sum, item) => sum + item.version, 0);
  const state = `${items.length} ${versions} ${kept.most} ${context.about(block)}`;
  if (kept.drawn === state) return;
  kept.drawn = state;
  kept.node.replaceChildren(
    ...(block.kind === 'calls' ? calls(block.items, kept, context) : [nodeOf(block.item, kept, context)]),
  );
}

function nodeOf(item: Exclude<Item, CallItem>, kept: Kept, context: Context): HTMLElement {
  switch (item.kind) {
    case 'prompt':
      return item.letter === undefined ? words('Prompt', item, kept) : letterNode(item, item.letter, kept);
    case 'message':
      return letterNode({ ...item, text: item.letter.text, length: item.letter.length }, item.letter, kept);
    case 'summary':
      return words('Summary, after a compaction', item, kept, BRIEF);
    case 'said':
      return words(context.who, item, kept);
    case 'asked':
      return asked(item, kept, context);
    case 'denied':
      return denied(item, kept);
    case 'note':
      return note(item, kept);
    case 'turn':
      return turn(item, kept, context);
  }
}

const when = (at: number): HTMLElement => el('time.faint.tiny', { title: moment(at) }, clock(at));

function words(who: string, item: WordsItem, kept: Kept, longest = LONG): HTMLElement {
  return el(
    'div.said-by',
    {},
    el('div.byline', {}, el('strong.data', {}, who), when(item.at)),
    text(item, kept, longest),
  );
}

/** What was sent to the session: by whom, how it stands, and why it is not further. */
function letterNode(item: Said, letter: Letter, kept: Kept): HTMLElement {
  const { word, tone } = chipOf(letter.state);
  const isDone = letter.state === undefined || letter.state === 'delivered';
  const from = letter.from === PAGE ? 'dashboard' : letter.from;
  const label = `Message from ${from}`;
  return el(
    'div.said-by',
    {},
    el(
      'div.byline',
      {},
      letter.id === ''
        ? el('strong.data', {}, label)
        : el('a.data', { href: href('inbox', letter.id) }, el('strong', {}, label)),
      letter.state === undefined ? undefined : el('span.chip', { 'data-tone': tone }, word),
      when(item.at),
    ),
    isDone ? undefined : el('p.small.soft.data', {}, standingWords(letter)),
    item.text === '' ? undefined : text(item, kept, LONG),
  );
}

function text(item: Said, { on }: Kept, longest: number): Child {
  if (item.length <= longest) return el('div.words', {}, wordsOf(item.text));
  const shown = el('div.words', {}, wordsOf(`${cut(item.text, longest)}…`));
  const label = item.length > item.text.length ? `All ${count(item.length)} characters` : 'Show all';
  const more = el('button.button.quiet.unfold', { type: 'button' }, label);
  more.addEventListener('click', () => {
    if (item.length > item.text.length) return on.inspect(item.seq);
    shown.replaceChildren(...wordsOf(item.text));
    more.remove();
  });
  return [shown, more];
}

function calls(items: readonly CallItem[], kept: Kept, context: Context): HTMLElement[] {
  const hidden = items.length <= kept.most ? 0 : items.length - kept.most + 1;
  const rows = items.slice(hidden).map(item => call(item, kept, context));
  if (hidden === 0) return [el('ul.list.calls', {}, rows)];
  const failed = items.slice(0, hidden).filter(({ ok }) => ok === false).length;
  const more = el(
    'button.button.quiet.unfold',
    {
      type: 'button',
      onclick: () => {
        kept.most += MORE;
        context.again();
      },
    },
    `${plural(hidden, 'call')} before${failed > 0 ? `, ${failed} failed` : ''}`,
  );
  return [more, el('ul.list.calls', {}, rows)];
}

function call(item: CallItem, { on, unfolded, signal }: Kept, { agentOf, runs }: Context): HTMLElement {
  const state = item.ended !== undefined ? (item.ok ? 'ok' : 'failed') : runs(item) ? 'running' : 'no result';
  const time = el('span.faint.tiny', {}, item.ended === undefined ? '' : duration(item.ms ?? 0));
  const row = el(
    'button.call',
    {
      type: 'button',
      'data-state': state,
      'data-seqs': `${item.seq} ${item.resultSeq ?? ''}`,
      onclick: () => on.inspect(item.resultSeq ?? item.seq),
    },
    el('span.mark', {}, el('span.unseen', {}, state)),
    el('span.tool.mono.data', {}, item.tool),
    el(
      'span.what.mono.data.one-line',
      {},
      item.outgoing === undefined ? item.what : `message to ${item.outgoing.to}`,
    ),
    time,
  );
  const agent = agentOf(item);
  const [fold, shown] = foldNodes(item, unfolded, signal) ?? [];
  return el(
    'li',
    {},
    el('div.call-row', {}, row, fold),
    shown,
    item.outgoing === undefined ? undefined : outgoingNode(item.outgoing, item.messageId),
    item.error ? el('p.error.bad.small.data.few-lines.lines', {}, item.error) : undefined,
    agent === undefined ? undefined : agentRow(agent, on),
  );
}

/** What it wrote to somebody else, and the way to what became of it. */
function outgoingNode({ text }: Outgoing, messageId: string | undefined): HTMLElement {
  return el(
    'div.outgoing',
    {},
    el('div.words.data', {}, wordsOf(text)),
    messageId === undefined
      ? undefined
      : el('a.small', { href: href('inbox', messageId) }, 'What became of it'),
  );
}

function agentRow({ lane, name, doing }: AgentCalled, on: Ways): HTMLElement {
  return el(
    'button.agent-row',
    { type: 'button', onclick: () => on.select(lane.id) },
    el('strong.data.one-line', {}, name),
    el('span.faint.small', {}, doing),
    lane.lastMessage === '' ? undefined : el('span.soft.data.few-lines', {}, lane.lastMessage),
  );
}

function asked(item: AskedItem, { on }: Kept, { who }: Context): HTMLElement {
  const node = el('button.notice', {
    type: 'button',
    'data-seqs': item.seq,
    onclick: () => on.inspect(item.seq),
  });
  const subject = item.lane === '' ? 'The agent' : who;
  node.append(el('span.data', {}, `${subject} ${askWords(item.tool, true)}`), when(item.at));
  node.append(aboutNode(item.tool, item.what, 300));
  return node;
}

function denied(item: AskedItem, { on }: Kept): HTMLElement {
  const words = [
    el('strong.data', {}, item.tool),
    ' was refused',
    item.reason === '' ? '' : `: ${item.reason}`,
  ];
  return el(
    'button.notice',
    { type: 'button', 'data-tone': 'bad', 'data-seqs': item.seq, onclick: () => on.inspect(item.seq) },
    el('span.data', {}, words),
    when(item.at),
  );
}

function note(item: NoteItem, { on }: Kept): HTMLElement {
  const said = el('span.data', {}, item.words);
  const node = el(
    'button.note-row',
    { type: 'button', 'data-seqs': item.seq, onclick: () => on.inspect(item.seq) },
    said,
    when(item.at),
  );
  if (item.tone === 'wait') node.classList.add('wait');
  return node;
}

function turn(item: TurnItem, { on }: Kept, { turnTime }: Context): HTMLElement {
  if (!item.failed) {
    const took = turnTime(item);
    return el(
      'div.turn-end.faint.tiny',
      {},
      took === undefined ? 'Turn ended' : `Turn ended after ${duration(took)}`,
    );
  }
  return el(
    'button.notice',
    { type: 'button', 'data-tone': 'bad', 'data-seqs': item.seq, onclick: () => on.inspect(item.seq) },
    el('span.data.lines', {}, `The turn failed: ${item.words}`),
    when(item.at),
  );
}
