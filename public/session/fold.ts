// The button beside a call that unfolds what it changed or put out, below it.
import { el } from '../design/dom.ts';
import type { CallItem } from './items.ts';

/** What is unfolded in a block: it stays so when the block is drawn again. */
export type Unfolded = Map<CallItem, HTMLElement>;

/** Undefined for a call that has nothing to unfold. `signal` ends what is asked for. */
export function foldNodes(
  item: CallItem,
  unfolded: Unfolded,
  signal: AbortSignal,
): readonly [button: HTMLElement, shown: HTMLElement | undefined] | undefined {
  if (item.shows === undefined) return undefined;
  const button = el(
    'button.fold',
    {
      type: 'button',
      'aria-expanded': String(unfolded.has(item)),
      'aria-label': nameOf(item),
      onclick: toggle,
    },
    labelOf(item),
  );

  function toggle(): void {
    const shown = unfolded.get(item);
    button.setAttribute('aria-expanded', String(shown === undefined));
    if (shown !== undefined) {
      unfolded.delete(item);
      shown.remove();
      return;
    }
    const node = el('div.detail', { 'aria-busy': 'true' });
    unfolded.set(item, node);
    button.closest('.call-row')?.after(node);
    void fill(node, item, signal);
  }

  return [button, unfolded.get(item)];
}

/** What the button says, and of which call. */
function nameOf(item: CallItem): string {
  const label = labelOf(item);
  const what = item.shows === label ? '' : `, ${item.shows}`;
  return `${label}${what} of ${item.tool} ${item.what}`.trim();
}

/** `+12 −3` where the result tells so, else what there is. */
function labelOf({ shows, put, taken }: CallItem): string {
  if (shows !== 'change') return 'output';
  return put === undefined || taken === undefined ? 'change' : `+${put} −${taken}`;
}

async function fill(node: HTMLElement, item: CallItem, signal: AbortSignal): Promise<void> {
  try {
    const { detailOf } = await import('./detail.ts');
    node.replaceChildren(...(await detailOf(item, signal)));
  } catch (error) {
    if (signal.aborted) return;
    const why = error instanceof Error ? error.message : String(error);
    node.replaceChildren(
      el('p.bad.small', {}, `It could not be read: ${why}. Fold it, and unfold it again.`),
    );
  }
  node.setAttribute('aria-busy', 'false');
}
