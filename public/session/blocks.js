// The blocks of the conversation: a prompt, words of the agent, a run of calls, a question, a note.
import { aboutNode } from '../board/asked.js';
import { askWords } from '../design/asks.ts';
import { el, setText } from '../design/dom.ts';
import { clock, count, duration, moment, plural } from '../design/format.ts';
import { cut } from '../design/text.ts';
import { wordsOf } from './markdown.js';

/** Longest text that is shown unfolded, in characters. */
const LONG = 1800;
/** Of what nobody said, and few read. */
const BRIEF = 300;
/** A run of calls longer than this shows only its end. */
const RUN = 8;

/** Items as blocks: calls that follow each other are one. */
export function blocksOf(items) {
  const blocks = [];
  for (const item of items) {
    const last = blocks.at(-1);
    if (item.kind === 'call' && last?.kind === 'calls') last.items.push(item);
    else blocks.push({ key: item, kind: item.kind === 'call' ? 'calls' : item.kind, items: [item] });
  }
  return blocks;
}

const MAKERS = { prompt, summary, said, calls, asked, denied, note, turn };

/** A block's node, to be drawn again when something in it has changed. `on` is told what is pressed. */
export function makeBlock(block, on) {
  const node = el('li.block-row', { 'data-kind': block.kind });
  return { node, drawn: '', open: false, on };
}

export function drawBlock(kept, block, context) {
  const state = `${block.items.length} ${block.items.reduce((sum, item) => sum + item.version, 0)} ${kept.open} ${context.about(block)}`;
  if (kept.drawn === state) return;
  kept.drawn = state;
  kept.node.replaceChildren(...[MAKERS[block.kind](block, kept, context)].flat().filter(Boolean));
}

const when = at => el('time.faint.tiny', { title: moment(at) }, clock(at));

function prompt({ items: [item] }, kept) {
  return words('Prompt', item, kept);
}

function summary({ items: [item] }, kept) {
  return words('Summary, after a compaction', item, kept, BRIEF);
}

function said({ items: [item] }, kept, { who }) {
  return words(who, item, kept);
}

function words(who, item, kept, longest = LONG) {
  return el(
    'div.said-by',
    {},
    el('div.byline', {}, el('strong.data', {}, who), when(item.at)),
    text(item, kept, longest),
  );
}

function text(item, { on }, longest) {
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

function calls({ items }, kept, context) {
  const hidden = kept.open || items.length <= RUN ? 0 : items.length - RUN + 1;
  const rows = items.slice(hidden).map(item => call(item, kept.on, context));
  if (hidden === 0) return el('ul.list.calls', {}, rows);
  const failed = items.slice(0, hidden).filter(({ ok }) => ok === false).length;
  const more = el(
    'button.button.quiet.unfold',
    {
      type: 'button',
      onclick: () => {
        kept.open = true;
        context.again();
      },
    },
    `${plural(hidden, 'call')} before${failed > 0 ? `, ${failed} failed` : ''}`,
  );
  return [more, el('ul.list.calls', {}, rows)];
}

function call(item, on, { agentOf, runs }) {
  const state = item.ended !== undefined ? (item.ok ? 'ok' : 'failed') : runs(item) ? 'running' : 'no result';
  const time = el('span.faint.tiny', {}, item.ended === undefined ? '' : duration(item.ms));
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
    el('span.what.mono.data.one-line', {}, item.what),
    time,
  );
  const agent = agentOf(item);
  return el(
    'li',
    {},
    row,
    item.error ? el('p.error.bad.small.data.few-lines.lines', {}, item.error) : undefined,
    agent === undefined ? undefined : agentRow(agent, on),
  );
}

function agentRow({ lane, name, doing }, on) {
  return el(
    'button.agent-row',
    { type: 'button', onclick: () => on.select(lane.id) },
    el('strong.data.one-line', {}, name),
    el('span.faint.small', {}, doing),
    lane.lastMessage === '' ? undefined : el('span.soft.data.few-lines', {}, lane.lastMessage),
  );
}

function asked({ items: [item] }, { on }, { who }) {
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

function denied({ items: [item] }, { on }) {
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

function note({ items: [item] }, { on }) {
  const node = el('button.note-row', {
    type: 'button',
    'data-seqs': item.seq,
    onclick: () => on.inspect(item.seq),
  });
  if (item.tone === 'wait') node.classList.add('wait');
  node.append(el('span.data', {}), when(item.at));
  setText(node.firstChild, item.words);
  return node;
}

function turn({ items: [item] }, { on }, { turnTime }) {
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
