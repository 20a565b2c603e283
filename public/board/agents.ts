// The subagents of a session, a line each: what for, and what with.
import type { AgentSnapshot } from '../../src/protocol/index.ts';
import { el, partsOf, setText } from '../design/dom.ts';
import { plural, stopwatch } from '../design/format.ts';
import { join, line } from '../design/text.ts';
import { stateWords } from '../design/words.ts';

/** Subagents shown on a card; the others are a number. */
const SHOWN = 3;

const needs = ({ state }: AgentSnapshot): number => (state.startsWith('waiting') ? 0 : 1);

/** What a subagent does: its tool and what with, else its state. */
export function agentDoing({ state, currentTools, currentTool }: AgentSnapshot): string {
  const tool = currentTools.at(-1);
  if (state.startsWith('waiting')) return stateWords(state).toLowerCase();
  return (
    join(line(tool?.toolName ?? currentTool, 60), line(tool?.what, 120)) || stateWords(state).toLowerCase()
  );
}

/** Shows them in a list that stays; `now` is the time in milliseconds since 1970. */
export function agentLines(list: HTMLElement, agents: readonly AgentSnapshot[], now: number): void {
  const sorted = agents.toSorted(
    (left, right) => needs(left) - needs(right) || left.startedAt - right.startedAt,
  );
  const shown = sorted.slice(0, SHOWN);
  const more = sorted.length - shown.length;
  list.hidden = agents.length === 0;
  const wanted = shown.length + (more > 0 ? 1 : 0);
  while (list.children.length > wanted) list.lastElementChild?.remove();
  while (list.children.length < wanted)
    list.append(
      el(
        'li',
        {},
        el('span.dot'),
        el('span.who.data.one-line'),
        el('span.what.data.one-line'),
        el('span.since.faint'),
      ),
    );
  shown.forEach((agent, index) => {
    const [dot, who, what, time] = partsOf(list.children[index]);
    if (dot instanceof HTMLElement) {
      dot.hidden = false;
      dot.dataset['state'] = agent.state;
    }
    setText(who, line(agent.description || agent.agentType, 60) || 'subagent');
    setText(what, agentDoing(agent));
    setText(time, stopwatch(now - agent.startedAt));
  });
  if (more <= 0) return;
  const [dot, who, what, time] = partsOf(list.lastElementChild);
  if (dot instanceof HTMLElement) dot.hidden = true;
  setText(who, `and ${plural(more, 'more subagent')}`);
  setText(what, '');
  setText(time, '');
}
