// What was said and done in a session, as one reads it: newest at the bottom, which stays in sight unless one scrolls away.
import { el, keepInOrder, setText } from '../design/dom.ts';
import { plural } from '../design/format.ts';
import { groupBy } from '../design/group.ts';
import { icon } from '../design/icons.ts';
import { blocksOf, drawBlock, makeBlock } from './blocks.js';

/** Blocks shown at first, and more of them when somebody scrolls up. */
const SHOWN = 150;

/** @param on `inspect(seq)`, `select(laneId)` */
export function makeConversation(signal, on) {
  const list = el('ol.list.talk');
  const nothing = el('p.faint', { hidden: true }, 'Nothing was said or done yet.');
  const earlier = el('button.button.quiet.earlier', { type: 'button', onclick: () => showMore() });
  const scroller = el(
    'div.talk-scroll',
    { tabindex: 0, role: 'region', 'aria-labelledby': 'talk-title' },
    earlier,
    list,
    nothing,
  );
  const jump = el(
    'button.button.jump',
    { type: 'button', hidden: true, onclick: toEnd },
    icon('down'),
    'Newest',
  );
  const title = el('h2', { id: 'talk-title' }, 'Conversation');
  const back = el(
    'button.button.quiet',
    { type: 'button', hidden: true, onclick: () => on.select('') },
    'Main agent',
  );
  const node = el(
    'section.conversation.panel',
    {},
    el('header', {}, title, el('span.spring'), back),
    el('div.talk-frame', {}, scroller, jump),
  );
  const kept = new Map();
  let limit = SHOWN;
  let blocks = [];
  let context;
  let lane = '';
  let stays = true;
  let top = 0;

  /** Takes over a story; `chosen` is the lane whose words are shown, `live` whether the session runs, `read` whether that is all. */
  function update(story, chosen, names, { live, read }) {
    if (chosen !== lane) {
      lane = chosen;
      limit = SHOWN;
      stays = true;
      kept.clear();
      list.replaceChildren();
    }
    const source = story.lane(lane);
    const children = groupBy(story.lanes().slice(1), ({ lane: one }) => one.call);
    blocks = blocksOf(source?.items ?? []);
    const prompts = (source?.items ?? []).filter(({ kind }) => kind === 'prompt' || kind === 'turn');
    const ended = source?.stopped ?? prompts.findLast(({ kind }) => kind === 'turn')?.at ?? 0;
    const agentOf = ({ id }) => {
      const child = children.get(id)?.[0].lane;
      return child && { lane: child, name: names.agentName(child.id), doing: doingOf(child) };
    };
    context = {
      read,
      who: lane === '' ? 'Agent' : names.agentName(lane),
      agentOf,
      // A call without a result runs, unless its turn, its agent or its session is over.
      runs: item => live && item.at > ended,
      about: ({ kind, items }) =>
        kind === 'calls'
          ? `${live && items.at(-1).at > ended} ${items.map(item => agentOf(item)?.doing ?? '').join('')}`
          : '',
      turnTime: item => {
        const before = prompts[prompts.indexOf(item) - 1];
        return before?.kind === 'prompt' ? item.at - before.at : undefined;
      },
      again: draw,
    };
    setText(title, lane === '' ? 'Conversation' : names.agentName(lane));
    back.hidden = lane === '';
    draw();
  }

  function draw() {
    const shown = blocks.slice(-limit);
    keepInOrder(
      list,
      kept,
      shown,
      block => block.key,
      block => makeBlock(block, on),
      (one, block) => drawBlock(one, block, context),
    );
    const more = blocks.length - shown.length;
    earlier.hidden = more === 0;
    nothing.hidden = blocks.length > 0 || !context.read;
    setText(earlier, `${plural(more, 'more')} before`.replace('mores', 'more'));
    pin();
    jump.hidden = stays;
  }

  /** Shows the end, unless somebody has left it. */
  function pin() {
    if (stays) scroller.scrollTop = scroller.scrollHeight;
    top = scroller.scrollTop;
  }

  function showMore() {
    if (limit >= blocks.length) return;
    const below = scroller.scrollHeight - scroller.scrollTop;
    limit += SHOWN;
    draw();
    scroller.scrollTop = scroller.scrollHeight - below;
  }

  function toEnd() {
    stays = true;
    draw();
  }

  scroller.addEventListener(
    'scroll',
    () => {
      const below = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
      // What changes its size moves the end away too; only a hand moves up.
      if (below < 40) stays = true;
      else if (scroller.scrollTop < top) stays = false;
      top = scroller.scrollTop;
      jump.hidden = stays;
      if (scroller.scrollTop < 200 && !stays) showMore();
    },
    { passive: true, signal },
  );
  const sized = new ResizeObserver(pin);
  sized.observe(scroller);
  sized.observe(list);
  signal.addEventListener('abort', () => sized.disconnect());
  return { node, update };
}

function doingOf({ items, stopped }) {
  const calls = items.filter(({ kind }) => kind === 'call').length;
  return `${plural(calls, 'call')}${stopped === undefined ? ', at work' : ''}`;
}
