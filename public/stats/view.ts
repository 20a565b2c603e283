// What was done in all sessions: tools, when they were called, what went wrong, and what it cost by project and day of the week.
import type { Stats } from '../../src/protocol/index.ts';
import { el, setText } from '../design/dom.ts';
import { day } from '../design/format.ts';
import { makeChoices, type Option, TIME } from '../design/params.ts';
import { baseName, line } from '../design/text.ts';
import { untilAnswered } from '../live/again.ts';
import { getStats } from '../live/api.ts';
import { atMostEvery } from '../live/at-most-every.ts';
import type { App, Shown } from '../shell/app.ts';
import { href, type Route } from '../shell/route.ts';
import { usageTable } from '../usage/tables.ts';
import { heatMap, type Lines, linesOf, type Measure, WEEKDAYS } from './heat.ts';
import { errorTable, sortOf, toolTable } from './tables.ts';

/** How often it is asked for again while something is done, in milliseconds. */
const EVERY_MS = 15_000;
const OF: Readonly<Record<Measure, string>> = { calls: 'Calls', failed: 'Failures', prompts: 'Prompts' };
const WORDS: Readonly<Record<Measure, string>> = {
  calls: 'tool calls',
  failed: 'failed tool calls',
  prompts: 'prompts',
};
const CHOICES: Readonly<Record<'days' | 'of' | 'by', Option>> = {
  days: TIME,
  of: { label: 'Hours show', values: OF, first: 'calls' },
  by: { label: 'Hours by', values: { weekday: 'By weekday', day: 'By day' }, first: 'weekday' },
};

export function show(root: HTMLElement, route: Route, app: App): Shown {
  const { live, signal } = app;
  const choices = makeChoices(CHOICES, app);
  const status = el('p.faint.small', { role: 'status' });
  const all = el(
    'button.button.quiet',
    { type: 'button', hidden: true, onclick: () => app.change({ project: undefined }) },
    'All projects',
  );
  const empty = el('p.empty', { hidden: true }, 'Nothing was done in this time, as far as is known.');
  const body = el('div.usage-body');
  const since = el('p.faint.small');
  root.append(
    el(
      'header.view-head',
      {},
      el('h1', { tabindex: -1 }, 'Stats'),
      status,
      el('span.spring'),
      all,
      choices.nodes,
    ),
    empty,
    body,
    since,
  );

  let params = route.params;
  let stats: Stats | undefined;
  /** What `stats` is the answer to. */
  let asked = '';

  /** From the first minute of so many days ago, where the browser is; the daemon is asked for the days of here too. */
  function wanted(): { since: number | undefined; zone: string; project: string } {
    const { days } = choices.read(params);
    const now = new Date();
    const first = new Date(now.getFullYear(), now.getMonth(), now.getDate() - Number(days) + 1);
    return {
      since: days === 'all' ? undefined : first.getTime(),
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      project: params.get('project') ?? '',
    };
  }

  async function read(): Promise<void> {
    const question = wanted();
    const answer = await getStats(question, signal);
    // Something else was chosen meanwhile, which is asked for by itself.
    if (JSON.stringify(question) !== JSON.stringify(wanted())) return;
    stats = answer;
    setText(status, '');
    draw();
  }
  function load(): void {
    asked = JSON.stringify(wanted());
    void untilAnswered(live, signal, read, ({ message }) => setText(status, `${message}.`));
  }

  function draw(): void {
    if (stats === undefined) return;
    const { of, by } = choices.read(params) as { of: Measure; by: Lines };
    const { tools, hours, errors, projects, weekdays, countsFrom } = stats;
    const project = params.get('project') ?? '';
    all.hidden = project === '';
    empty.hidden = tools.length + hours.length + errors.length + projects.length > 0;
    body.hidden = !empty.hidden;
    setText(since, countsFrom === undefined ? '' : `Counted since ${day(countsFrom)}.`);
    // A column that is sorted by keeps the focus.
    const { sort: focused = '' } = (document.activeElement as HTMLElement | null)?.dataset ?? {};
    body.replaceChildren(
      toolTable(tools, sortOf(params.get('sort') ?? ''), sort => app.replace({ sort })),
      heatMap(linesOf(hours, by, of), WORDS[of]),
      errorTable(errors),
      usageTable(
        'Cost by project',
        'Project',
        projects.map(use => ({ label: nameOf(use.project ?? ''), rows: [use] })),
        'cost',
      ),
      usageTable(
        'Cost by weekday',
        'Day',
        weekdays.map(use => ({ label: WEEKDAYS[use.weekday - 1], rows: [use] })),
        'cost',
      ),
    );
    if (focused !== '') body.querySelector<HTMLElement>(`[data-sort="${sortOf(focused)}"]`)?.focus();
  }

  /** A project's name, which leads to what was done there. */
  const nameOf = (project: string) =>
    project === ''
      ? 'unknown'
      : el(
          'a.data',
          { href: href('stats', '', { ...Object.fromEntries(params), project }), title: line(project, 200) },
          line(baseName(project), 60),
        );

  const loadAgain = atMostEvery(EVERY_MS, load, signal);
  live.on(
    'events',
    ({ detail }) => {
      if (detail.some(({ type }) => type === 'tool.result' || type === 'turn.failed')) loadAgain();
    },
    { signal },
  );
  load();
  return {
    items: '.usage-table a',
    update(next) {
      params = next.params;
      if (JSON.stringify(wanted()) === asked) draw();
      else load();
    },
  };
}
