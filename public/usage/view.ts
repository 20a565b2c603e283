// What the agents have used: tokens and cost by day, model, project and session.
import type { BlockUsage, BudgetUsage, DayUsage, SessionUsage } from '../../src/protocol/index.ts';
import { contextShare, costOf, workOf } from '../../src/protocol/spent.ts';
import { el, setText } from '../design/dom.ts';
import { count, day as dayWords, moment, money, short } from '../design/format.ts';
import { groupBy } from '../design/group.ts';
import { makeChoices, type Option, TIME } from '../design/params.ts';
import { baseName, line } from '../design/text.ts';
import { untilAnswered } from '../live/again.ts';
import { getUsageByBlock, getUsageByBudget, getUsageByDay, getUsageBySession } from '../live/api.ts';
import { atMostEvery } from '../live/at-most-every.ts';
import type { App, Shown } from '../shell/app.ts';
import { curlButton } from '../shell/curl-button.ts';
import { href, type Route } from '../shell/route.ts';
import { budgetPanel } from './budgets.ts';
import { makeChart } from './chart.ts';
import {
  costWords,
  daysBetween,
  groups,
  type Measure,
  type Series,
  type Split,
  type Sum,
  series,
  today,
  total,
} from './sums.ts';
import { type Entry, usageTable } from './tables.ts';
import { windowPanels } from './windows.ts';

/** How often it is asked for again while something is used, in milliseconds. */
const EVERY_MS = 15_000;
/** Sessions in the table. */
const SESSIONS = 20;
/** How often the window that runs is looked at again, in milliseconds. */
const WINDOW_MS = 60_000;

const CHOICES: Readonly<Record<'days' | 'of' | 'by', Option>> = {
  days: TIME,
  of: { label: 'Measure', values: { cost: 'Cost', tokens: 'Tokens' }, first: 'cost' },
  by: { label: 'Split', values: { model: 'By model', project: 'By project' }, first: 'model' },
};

export function show(root: HTMLElement, route: Route, app: App): Shown {
  const { live, signal } = app;
  const choices = makeChoices(CHOICES, app);
  const figures = el('dl.figures');
  const caveat = el('p.faint.small');
  const legend = el('ul.list.legend');
  const chart = makeChart(signal);
  const now = el('div.usage-now');
  const tables = el('div.usage-tables');
  const empty = el('p.empty', { hidden: true }, 'Nothing was used in this time, as far as the log knows.');
  const status = el('p.faint.small', { role: 'status' });
  const body = el(
    'div.usage-body',
    {},
    now,
    el('section.panel.usage-chart', {}, figures, caveat, chart.node, legend),
    tables,
  );
  root.append(
    el(
      'header.view-head',
      {},
      el('h1', { tabindex: -1 }, 'Usage'),
      status,
      el('span.spring'),
      choices.nodes,
      curlButton(),
    ),
    empty,
    body,
  );

  let params = route.params;
  let rows: readonly DayUsage[] | undefined;
  let sessions: readonly SessionUsage[] = [];
  let blocks: readonly BlockUsage[] = [];
  let budgets: readonly BudgetUsage[] = [];

  async function read(): Promise<void> {
    const [byDay, bySession, byBlock, byBudget] = await Promise.all([
      getUsageByDay(Intl.DateTimeFormat().resolvedOptions().timeZone, signal),
      getUsageBySession(signal),
      getUsageByBlock(signal),
      getUsageByBudget(signal),
    ]);
    rows = byDay.rows;
    sessions = bySession.rows;
    blocks = byBlock.rows;
    budgets = byBudget.rows;
    setText(status, '');
    draw();
  }
  const load = (): void =>
    void untilAnswered(live, signal, read, ({ message }) => setText(status, `${message}.`));

  function draw(): void {
    if (rows === undefined) return;
    const chosen = choices.read(params);
    const span = chosen.days;
    const by: Measure = chosen.of === 'cost' ? 'cost' : 'tokens';
    const field: Split = chosen.by === 'model' ? 'model' : 'project';
    const to = today();
    const first = rows.reduce((least, { day }) => (day < least ? day : least), to);
    const days = span === 'all' ? daysBetween(first, to) : daysBetween('', to, Number(span));
    const from = days[0] ?? to;
    const shown = rows.filter(({ day }) => day >= from);
    empty.hidden = shown.length > 0;
    body.hidden = shown.length === 0;
    drawFigures(shown, to, span === 'all' ? '' : `, ${TIME.values[span] ?? ''}`);
    const data = series(shown, field, by, days);
    const name = (value: string | undefined): string =>
      value === undefined ? 'others' : nameWords(field, value);
    const value = by === 'cost' ? money : (number: number): string => `${short(number)} tokens`;
    chart.update(data, { value, name, axis: by === 'cost' ? money : short, day: dayOf });
    legend.replaceChildren(
      ...data.names.map((one, part) =>
        el('li', {}, el(`span.swatch.hue-${part + 1}`), el('span.data', {}, name(one))),
      ),
    );
    drawTables(shown, data, by, field, span === 'all' ? 0 : Date.parse(`${from}T00:00`));
  }

  function drawFigures(shown: readonly DayUsage[], now: string, time: string): void {
    const sum = total(shown);
    const spentToday = total(shown.filter(({ day }) => day === now));
    const one = (name: string, value: string): HTMLElement =>
      el('div', {}, el('dt', {}, name), el('dd', {}, value));
    figures.replaceChildren(
      one(`Cost${time}`, costWords(sum)),
      one('Cost today', costWords(spentToday)),
      one(`Tokens${time}`, short(workOf(sum))),
      one('Input', short(sum.input)),
      one('Output', short(sum.output)),
      one('Written to the cache', short(sum.cacheCreation)),
      one('Read from the cache', `${short(sum.cacheRead)} · ${cacheWords(sum)}`),
    );
    caveat.hidden = !sum.isEstimate && sum.unpriced === 0;
    setText(
      caveat,
      [
        sum.isEstimate ? '~ is an estimate from list prices, until the client tells its own figure.' : '',
        sum.unpriced > 0
          ? `Nobody knows the cost of ${short(sum.unpriced)} of these ${short(workOf(sum))} tokens yet.`
          : '',
      ].join(' '),
    );
  }

  function drawTables(
    shown: readonly DayUsage[],
    data: Series,
    by: Measure,
    field: Split,
    from: number,
  ): void {
    const other: Split = field === 'model' ? 'project' : 'model';
    const entries = (one: Split): Entry[] =>
      groups(shown, one, by).map(({ name, rows: own }) => {
        const hue = one === field ? data.names.indexOf(name) + 1 : 0;
        return { rows: own, label: el('span.data', {}, nameWords(one, name)), ...(hue > 0 ? { hue } : {}) };
      });
    const recent = sessions
      .filter(({ usedAt }) => usedAt >= from)
      .toSorted(
        (left, right) =>
          (by === 'cost' ? (costOf(right) ?? 0) - (costOf(left) ?? 0) : 0) || workOf(right) - workOf(left),
      );
    const [windows, running] = windowPanels(blocks, by, from, Date.now()).toReversed();
    now.replaceChildren(...[running, budgetPanel(budgets, live)].filter(panel => panel !== undefined));
    const titles = { model: 'By model', project: 'By project' };
    const heads = { model: 'Model', project: 'Project' };
    tables.replaceChildren(
      usageTable(titles[field], heads[field], entries(field), by),
      usageTable(titles[other], heads[other], entries(other), by),
      ...(windows === undefined ? [] : [windows]),
      usageTable(
        recent.length > SESSIONS
          ? `The ${SESSIONS} sessions that used most, of ${count(recent.length)}`
          : 'By session',
        'Session',
        sessionRows(recent.slice(0, SESSIONS), contextOf),
        by,
        'Context',
      ),
    );
  }

  /** How full the context of a session is that lives. */
  const contextOf = (sessionId: string): string => {
    const share = contextShare(live.session(sessionId) ?? {});
    return share === undefined ? '–' : `${Math.round(100 * share)} %`;
  };

  const loadAgain = atMostEvery(EVERY_MS, load, signal);
  live.on(
    'events',
    ({ detail }) => {
      if (detail.some(({ type }) => type.startsWith('usage.'))) loadAgain();
    },
    { signal },
  );
  const looking = setInterval(() => {
    if (blocks.at(-1)?.burn !== undefined && !document.hidden) load();
  }, WINDOW_MS);
  signal.addEventListener('abort', () => clearInterval(looking));
  load();
  return {
    items: '.usage-tables a',
    update(next) {
      params = next.params;
      draw();
    },
  };
}

function nameWords(field: Split, name: string): string {
  if (field === 'model') return line(name, 60).replace(/^claude-/, '') || 'unknown';
  return line(baseName(name), 60) || 'unknown';
}

const dayOf = (day: string): string => dayWords(new Date(`${day}T12:00`).getTime());

/** How much of what was read came from the cache. */
function cacheWords({ input, cacheRead, cacheCreation }: Sum): string {
  const all = input + cacheRead + cacheCreation;
  return all === 0 ? '–' : `${Math.round((100 * cacheRead) / all)} %`;
}

const nameOf = ({ sessionId, name, project }: SessionUsage): string =>
  line(name ?? baseName(project), 60) || line(sessionId, 8);

/** Those of one name are told apart by when they were used. */
function sessionRows(sessions: readonly SessionUsage[], contextOf: (sessionId: string) => string): Entry[] {
  const byName = groupBy(sessions, nameOf);
  return sessions.map(one => {
    const name = nameOf(one);
    const used = moment(one.usedAt);
    const link = el('a.data', { href: href('session', one.sessionId), title: `Last used ${used}` }, name);
    const twin = (byName.get(name)?.length ?? 0) > 1;
    return {
      rows: [one],
      last: contextOf(one.sessionId),
      label: twin ? [link, el('span.faint.tiny.used', {}, used)] : link,
    };
  });
}
