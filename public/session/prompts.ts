// What each of the last prompts of a session has used, its subagents included: the dearest first.
import type { PromptUsage } from '../../src/protocol/index.ts';
import { costOf, workOf } from '../../src/protocol/spent.ts';
import { el } from '../design/dom.ts';
import { cost, short } from '../design/format.ts';
import { line } from '../design/text.ts';
import { getUsageByPrompt } from '../live/api.ts';
import { atMostEvery } from '../live/at-most-every.ts';

/** Prompts in the table. */
const SHOWN = 8;
/** How often it is asked for again while something is used, in milliseconds. */
const EVERY_MS = 15_000;

export interface Prompts {
  readonly node: HTMLElement;
  /** @param words what is known of prompts, by id */
  update(words: ReadonlyMap<string, string>): void;
}

export function makePrompts(sessionId: string, signal: AbortSignal): Prompts {
  const body = el('tbody');
  const head = ['Prompt', 'Tokens', 'Read', 'Cost'].map(name => el('th', { scope: 'col' }, name));
  const table = el('table.models.prompts', {}, el('thead', {}, el('tr', {}, head)), body);
  const node = el('section.panel', { hidden: true }, el('h2', {}, 'By prompt'), table);
  let words: ReadonlyMap<string, string> = new Map();
  let rows: readonly PromptUsage[] = [];

  function draw(): void {
    const dearest = rows.toSorted(
      (left, right) => (costOf(right) ?? 0) - (costOf(left) ?? 0) || workOf(right) - workOf(left),
    );
    node.hidden = dearest.length === 0;
    body.replaceChildren(
      ...dearest.slice(0, SHOWN).map(one => {
        const name = words.get(one.promptId) ?? line(one.promptId, 8);
        return el(
          'tr',
          {},
          el('th.data', { scope: 'row', title: name }, el('span.one-line', {}, name)),
          [short(workOf(one)), short(one.cacheRead), cost(one) || '–'].map(value => el('td', {}, value)),
        );
      }),
    );
  }

  function ask(): void {
    // Next time, then.
    void getUsageByPrompt(sessionId, signal)
      .then(told => {
        rows = told.rows;
        draw();
      })
      .catch(() => {});
  }
  const askAgain = atMostEvery(EVERY_MS, ask, signal);

  return {
    node,
    update(known) {
      words = known;
      draw();
      askAgain();
    },
  };
}
