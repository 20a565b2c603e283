// What was said and done in a session, as one reads it: newest at the bottom, which stays in sight unless one scrolls away.
import { el, keepInOrder, setText } from '../design/dom.ts';
import { plural } from '../design/format.ts';
import { groupBy } from '../design/group.ts';
import { icon } from '../design/icons.ts';
import type { Live } from '../live/live.ts';
import {
  type AgentCalled,
  type Block,
  blocksOf,
  type Context,
  drawBlock,
  type Kept,
  makeBlock,
} from './blocks.ts';

import { type CallItem, type Item, isCall, isPrompt, isTurn } from './items.ts';
import type { Lane } from './lane.ts';
import type { Story } from './story.ts';
import type { Ways } from './timeline.ts';

/** Blocks shown at first, and more of them when somebody scrolls up. */
const SHOWN = 150;

export interface Conversation {
  readonly node: HTMLElement;
  /** Takes over a story; `chosen` is the lane whose words are shown. */
  update(story: Story, chosen: string, names: Pick<Live, 'agentName'>, how: How): void;
}

interface How {
  /** Whether the session runs. */
  readonly live: boolean;
  /** Whether that is all of it. */
  readonly read: boolean;
}

export function makeConversation(signal: AbortSignal, on: Ways): Conversation {
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
    { type: 'button', hidden: true, onclick: () => toEnd() },
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
  const kept = new Map<Item, Kept>();
  let limit = SHOWN;
  let blocks: readonly Block[] = [];
  let context: Context | undefined;
  let lane = '';
  let stays = true;
  let top = 0;

  function update(story: Story, chosen: string, names: Pick<Live, 'agentName'>, { live, read }: How): void {
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
    const prompts = (source?.items ?? []).filter(item => isPrompt(item) || isTurn(item));
    const ended = source?.stopped ?? prompts.findLast(isTurn)?.at ?? 0;
    const agentOf = ({ id }: CallItem): AgentCalled | undefined => {
      const child = children.get(id)?.[0]?.lane;
      return child && { lane: child, name: names.agentName(child.id), doing: doingOf(child) };
    };
    context = {
      read,
      who: lane === '' ? 'Agent' : names.agentName(lane),
      agentOf,
      // A call without a result runs, unless its turn, its agent or its session is over.
      runs: item => live && item.at > ended,
      about: block => {
        if (block.kind !== 'calls') return '';
        const newest = block.items.at(-1)?.at ?? 0;
        return `${live && newest > ended} ${block.items.map(item => agentOf(item)?.doing ?? '').join('')}`;
      },
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

  function draw(): void {
    if (context === undefined) return;
    const about = context;
    const shown = blocks.slice(-limit);
    keepInOrder(
      list,
      kept,
      shown,
      block => block.key,
      block => makeBlock(block, on),
      (one, block) => drawBlock(one, block, about),
    );
    const more = blocks.length - shown.length;
    earlier.hidden = more === 0;
    nothing.hidden = blocks.length > 0 || !about.read;
    setText(earlier, `${plural(more, 'more')} before`.replace('mores', 'more'));
    pin();
    jump.hidden = stays;
  }

  /** Shows the end, unless somebody has left it. */
  function pin(): void {
    if (stays) scroller.scrollTop = scroller.scrollHeight;
    top = scroller.scrollTop;
  }

  function showMore(): void {
    if (limit >= blocks.length) return;
    const below = scroller.scrollHeight - scroller.scrollTop;
    limit += SHOWN;
    draw();
    scroller.scrollTop = scroller.scrollHeight - below;
  }

  function toEnd(): void {
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
  const sized = new ResizeObserver(() => pin());
  sized.observe(scroller);
  sized.observe(list);
  signal.addEventListener('abort', () => sized.disconnect());
  return { node, update };
}

function doingOf({ items, stopped }: Lane): string {
  const calls = items.filter(isCall).length;
  return `${plural(calls, 'call')}${stopped === undefined ? ', at work' : ''}`;
}
