// Beside the conversation: what the agent has set itself to do, how far it is, and the plan it laid before its user.
import type { PlanState } from '../../src/story/plan.ts';
import { progressWords, type Task } from '../../src/story/tasks.ts';
import { el, setText } from '../design/dom.ts';
import { moment } from '../design/format.ts';
import { line } from '../design/text.ts';
import type { Story } from './story.ts';

export interface TaskPanel {
  readonly node: HTMLElement;
  update(story: Story): void;
}

const STATES: Readonly<Record<Task['state'], string>> = { open: 'open', now: 'at work', done: 'done' };
const MARKS: Readonly<Record<Task['state'], string>> = { open: '○', now: '▸', done: '✓' };
const ANSWERS: Readonly<Record<PlanState, string>> = {
  asked: 'not answered yet',
  approved: 'approved',
  refused: 'not approved',
};

export function makeTaskPanel(): TaskPanel {
  const words = el('span');
  const bar = el('progress', { 'aria-label': 'Tasks done' });
  const current = el('span.soft.data.one-line');
  const list = el('ol.list.task-list');
  const tasks = el('details', { ontoggle: () => drawTasks() }, el('summary', {}, words, bar, current), list);
  const about = el('span.data');
  const text = el('div.words.small.data');
  const plan = el('details', { ontoggle: () => drawPlan() }, el('summary', {}, about), text);
  const node = el('section.panel', { hidden: true }, el('h2', {}, 'Tasks'), tasks, plan);
  let all: readonly Task[] = [];
  let planned = '';

  function drawTasks(): void {
    list.replaceChildren(
      ...(tasks.open ? all : []).map(({ subject, state }) =>
        el(
          'li.data',
          { 'data-state': state },
          el('span', { 'aria-hidden': 'true' }, MARKS[state]),
          el('span.unseen', {}, `${STATES[state]}: `),
          line(subject),
        ),
      ),
    );
  }

  function drawPlan(): void {
    if (!plan.open) return text.replaceChildren();
    void import('./markdown.ts').then(({ wordsOf }) => text.replaceChildren(...wordsOf(planned)));
  }

  return {
    node,
    update(story) {
      all = story.tasks.all;
      const done = all.filter(({ state }) => state === 'done').length;
      tasks.hidden = all.length === 0;
      setText(words, progressWords(all));
      bar.max = Math.max(1, all.length);
      bar.value = done;
      setText(current, line(all.find(({ state }) => state === 'now')?.subject ?? '', 120));
      drawTasks();
      const { at, state, text: told } = story.plan;
      plan.hidden = at === 0;
      setText(about, `Plan, ${moment(at)}: ${ANSWERS[state]}`);
      if (told !== planned) {
        planned = told;
        drawPlan();
      }
      node.hidden = tasks.hidden && plan.hidden;
    },
  };
}
