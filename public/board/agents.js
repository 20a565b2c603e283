// The subagents of a session, a line each: what for, and what with.
import { el, setText } from '../design/dom.ts';
import { plural, stopwatch } from '../design/format.ts';
import { join, line } from '../design/text.ts';
import { stateWords } from '../design/words.ts';

/** Subagents shown on a card; the others are a number. */
const SHOWN = 3;

const needs = ({ state }) => (state.startsWith('waiting') ? 0 : 1);

/** What a subagent does: its tool and what with, else its state. */
export function agentDoing({ state, currentTools, currentTool }) {
  const tool = currentTools?.at(-1);
  if (state.startsWith('waiting')) return stateWords(state).toLowerCase();
  return (
    join(line(tool?.toolName ?? currentTool, 60), line(tool?.what, 120)) || stateWords(state).toLowerCase()
  );
}

export function agentLines(list, agents, now) {
  const sorted = agents.toSorted(
    (left, right) => needs(left) - needs(right) || left.startedAt - right.startedAt,
  );
  const shown = sorted.slice(0, SHOWN);
  const more = sorted.length - shown.length;
  list.hidden = agents.length === 0;
  const wanted = shown.length + (more > 0 ? 1 : 0);
  while (list.children.length > wanted) list.lastElementChild.remove();
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
    const [dot, who, what, time] = list.children[index].children;
    dot.hidden = false;
    dot.dataset.state = agent.state;
    setText(who, line(agent.description || agent.agentType, 60) || 'subagent');
    setText(what, agentDoing(agent));
    setText(time, stopwatch(now - agent.startedAt));
  });
  if (more <= 0) return;
  const [dot, who, what, time] = list.lastElementChild.children;
  dot.hidden = true;
  setText(who, `and ${plural(more, 'more subagent')}`);
  setText(what, '');
  setText(time, '');
}
