// Beside the conversation: the calls by tool, and the slowest of them, each with the way to it.
import { el, setText } from '../design/dom.ts';
import { count, duration } from '../design/format.ts';
import { join } from '../design/text.ts';
import { href } from '../shell/route.ts';
import { byTool, type ToolRow } from './by-tool.ts';
import type { CallItem } from './items.ts';
import type { Story } from './story.ts';

/** Tools in the table; the rest is one row. */
const ROWS = 12;

export interface Tools {
  readonly node: HTMLElement;
  update(story: Story): void;
}

export function makeTools(sessionId: string): Tools {
  const body = el('tbody');
  const head = ['Tool', 'Calls', 'Failed', 'Slowest'].map(name => el('th', { scope: 'col' }, name));
  const table = el('table.models.by-tool', {}, el('thead', {}, el('tr', {}, head)), body);
  const list = el('ol.list.slowest');
  const label = el('summary', {}, 'Slowest calls');
  const slow = el('details', { ontoggle: () => drawSlowest() }, label, list);
  const node = el('section.panel', { hidden: true }, el('h2', {}, 'By tool'), table, slow);
  let slowest: readonly CallItem[] = [];

  const linkTo = ({ seq, lane }: CallItem): string => href('session', sessionId, { agent: lane, event: seq });

  function rowOf({ tool, calls, failed, slowest: one }: ToolRow): HTMLElement {
    const share = failed === 0 ? '–' : `${count(failed)} (${percent(failed / calls)})`;
    return el(
      'tr',
      {},
      el('th.data', { scope: 'row', title: tool }, el('span.one-line', {}, tool)),
      el('td', {}, count(calls)),
      el('td', failed === 0 ? {} : { class: 'bad' }, share),
      el('td', {}, one === undefined ? '–' : el('a', { href: linkTo(one) }, duration(one.ms ?? 0))),
    );
  }

  /** Only while it is unfolded. */
  function drawSlowest(): void {
    if (!slow.open) return list.replaceChildren();
    list.replaceChildren(
      ...slowest.map(call =>
        el(
          'li',
          {},
          el(
            'a.data.one-line',
            { href: linkTo(call) },
            join(duration(call.ms ?? 0), call.tool, call.what.slice(0, 120)),
          ),
        ),
      ),
    );
  }

  return {
    node,
    update(story) {
      // Whoever is at one of its links stays there.
      if (node.contains(document.activeElement)) return;
      const { rows, slowest: found } = byTool(story.calls());
      slowest = found;
      node.hidden = rows.length === 0;
      const rest = rows.slice(ROWS);
      const others = rest.length === 0 ? [] : [rowOf(together(rest))];
      body.replaceChildren(...rows.slice(0, ROWS).map(rowOf), ...others);
      slow.hidden = slowest.length === 0;
      setText(label, slowest.length === 1 ? 'Slowest call' : 'Slowest calls');
      drawSlowest();
    },
  };
}

const percent = (share: number): string => (share < 0.01 ? '< 1 %' : `${Math.round(100 * share)} %`);

const together = (rows: readonly ToolRow[]): ToolRow => ({
  tool: `${rows.length} more`,
  calls: rows.reduce((sum, { calls }) => sum + calls, 0),
  failed: rows.reduce((sum, { failed }) => sum + failed, 0),
  ms: rows.reduce((sum, { ms }) => sum + ms, 0),
  slowest: rows
    .flatMap(({ slowest }) => slowest ?? [])
    .reduce<CallItem | undefined>((most, one) => ((one.ms ?? 0) > (most?.ms ?? -1) ? one : most), undefined),
});
