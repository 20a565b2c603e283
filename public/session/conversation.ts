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
  openFor,
} from './blocks.ts';
import { type CallItem, type Item, isCall, isPrompt, isTurn } from './items.ts';
import type { Lane } from './lane.ts';
import type { Story } from './story.ts';
import type { Ways } from './timeline.ts';

/** Blocks shown at first, as many more each time somebody comes near an end of them, and at most: those at the other end go then. */
const SHOWN = 80;
const MOST = 450;
/** Blocks shown below one that somebody wants to see. */
const BELOW = 40;
/** How near an end of what is shown the next is needed, in pixels. */
const NEAR = 200;

export interface Conversation {
  readonly node: HTMLElement;
  /** Takes over a story; `chosen` is the lane whose words are shown. */
  update(story: Story, chosen: string, names: Pick<Live, 'agentName'>, how: How): void;
  /** Brings what an event tells into sight; false when the lane that is shown has nothing of it. */
  reveal(seq: number): boolean;
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
  /** The block that is shown last; undefined: the newest, whichever that is. */
  let last: Item | undefined;
  let blocks: readonly Block[] = [];
  let context: Context | undefined;
  let lane = '';
  let stays = true;
  let top = 0;

  function update(story: Story, chosen: string, names: Pick<Live, 'agentName'>, { live, read }: How): void {
    if (chosen !== lane) {
      lane = chosen;
      limit = SHOWN;
      last = undefined;
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
    const end = endOf();
    const begin = Math.max(0, end - limit);
    const shown = blocks.slice(begin, end);
    keepInOrder(
      list,
      kept,
      shown,
      block => block.key,
      block => makeBlock(block, on, signal),
      (one, block) => drawBlock(one, block, about),
    );
    const more = begin;
    earlier.hidden = more === 0;
    nothing.hidden = blocks.length > 0 || !about.read;
    setText(earlier, `${plural(more, 'more')} before`.replace('mores', 'more'));
    pin();
    jump.hidden = stays;
  }

  /** The index after the block that is shown last. */
  function endOf(): number {
    const at = last === undefined ? -1 : blocks.findLastIndex(({ key }) => key === last);
    if (at < 0 || at === blocks.length - 1) last = undefined;
    return last === undefined ? blocks.length : at + 1;
  }

  const showUpTo = (end: number): void => {
    last = end >= blocks.length ? undefined : blocks[Math.max(0, end - 1)]?.key;
  };

  /** Draws with one of the blocks staying where it is. */
  function drawAround(anchor: Element | null): void {
    const before = anchor?.getBoundingClientRect().top ?? 0;
    draw();
    if (anchor?.isConnected) scroller.scrollTop += anchor.getBoundingClientRect().top - before;
    top = scroller.scrollTop;
  }

  /** Shows the end, unless somebody has left it. */
  function pin(): void {
    if (stays) scroller.scrollTop = scroller.scrollHeight;
    top = scroller.scrollTop;
  }

  function showMore(): void {
    const end = endOf();
    if (limit >= end) return;
    limit += SHOWN;
    if (limit > MOST) {
      showUpTo(end - (limit - MOST));
      limit = MOST;
    }
    drawAround(list.firstElementChild);
  }

  function showLater(): void {
    if (last === undefined) return;
    showUpTo(endOf() + SHOWN);
    limit = Math.min(limit + SHOWN, MOST);
    drawAround(list.lastElementChild);
  }

  function toEnd(): void {
    stays = true;
    last = undefined;
    limit = SHOWN;
    draw();
  }

  function reveal(seq: number): boolean {
    const is = (item: Item): boolean => item.seq === seq || (isCall(item) && item.resultSeq === seq);
    const at = blocks.findIndex(block => (block.kind === 'calls' ? block.items.some(is) : is(block.item)));
    const block = blocks[at];
    if (block === undefined) return false;
    const nodeOf = (): Element | null | undefined =>
      kept.get(block.key)?.node.querySelector(`[data-seqs~="${seq}"]`) ?? kept.get(block.key)?.node;
    const call = block.kind === 'calls' ? block.items.find(is) : undefined;
    const isDrawn = nodeOf()?.matches('[data-seqs]') || (call === undefined && nodeOf() !== undefined);
    // Whoever presses on what is in sight, and follows the newest, goes on following.
    if (isDrawn && isInSight(nodeOf())) return true;
    stays = false;
    const end = endOf();
    if (at >= end || at < end - limit) {
      showUpTo(at + BELOW);
      limit = SHOWN;
    }
    draw();
    const shown = kept.get(block.key);
    if (block.kind === 'calls' && shown !== undefined && call !== undefined) {
      openFor(shown, block, call);
      draw();
    }
    const node = nodeOf();
    if (!isInSight(node))
      scroller.scrollTop +=
        (node?.getBoundingClientRect().top ?? 0) -
        scroller.getBoundingClientRect().top -
        scroller.clientHeight / 3;
    top = scroller.scrollTop;
    return true;
  }

  function isInSight(node: Element | null | undefined): boolean {
    const frame = scroller.getBoundingClientRect();
    const place = node?.getBoundingClientRect();
    return place !== undefined && place.top >= frame.top && place.bottom <= frame.bottom;
  }

  scroller.addEventListener(
    'scroll',
    () => {
      const below = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
      // What changes its size moves the end away too; only a hand moves up.
      if (below < 40 && last === undefined) stays = true;
      else if (scroller.scrollTop < top) stays = false;
      top = scroller.scrollTop;
      jump.hidden = stays;
      if (scroller.scrollTop < NEAR && !stays) showMore();
      else if (below < NEAR) showLater();
    },
    { passive: true, signal },
  );
  const sized = new ResizeObserver(() => pin());
  sized.observe(scroller);
  sized.observe(list);
  signal.addEventListener('abort', () => sized.disconnect());
  return { node, update, reveal };
}

function doingOf({ items, stopped }: Lane): string {
  const calls = items.filter(isCall).length;
  return `${plural(calls, 'call')}${stopped === undefined ? ', at work' : ''}`;
}
