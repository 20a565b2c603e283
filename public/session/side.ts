// Beside the conversation: what the session has used, how full its context is, and where and how it runs.
import type { SessionState, UsageTotals } from '../../src/protocol/index.ts';
import { contextShare, costOf } from '../../src/protocol/spent.ts';
import { modeWords } from '../design/client-words.ts';
import { el } from '../design/dom.ts';
import { cost as costWords, moment, short } from '../design/format.ts';
import { join, line } from '../design/text.ts';
import type { KnownFacts } from './facts.ts';
import { makePrompts } from './prompts.ts';
import { makeSpark, type Point } from './spark.ts';
import type { Story } from './story.ts';
import { makeTaskPanel } from './tasks.ts';
import { makeTools } from './tools.ts';

/** Points drawn at most; more would be finer than the picture. */
const POINTS = 600;

/** The forms in which all of a session can be had, and their names. */
export const EXPORTS = [
  ['md', 'Markdown'],
  ['json', 'JSON'],
] as const;

/** Where a form is to be had. */
export const exportOf = (sessionId: string, format: 'md' | 'json'): string =>
  `/api/sessions/${encodeURIComponent(sessionId)}/export?format=${format}`;

export interface Side {
  readonly node: HTMLElement;
  /** @param session as it is now, if it lives; else its id */
  update(story: Story, session: Partial<SessionState>): void;
}

export function makeSide(sessionId: string, signal: AbortSignal): Side {
  const cost = makeSpark('Cost');
  const tokens = makeSpark('Tokens');
  const context = makeSpark('Context');
  const models = el('tbody');
  const table = el(
    'table.models',
    { hidden: true },
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        ['Model', 'In', 'Out', 'Written', 'Read', 'Cost'].map(head => el('th', { scope: 'col' }, head)),
      ),
    ),
    models,
  );
  const prompts = makePrompts(sessionId, signal);
  const tasks = makeTaskPanel();
  const tools = makeTools(sessionId);
  const facts = el('dl.values.facts-list');
  const exports = el(
    'p.exports',
    {},
    el('span.faint.small', {}, 'All of it as'),
    EXPORTS.map(([format, name]) =>
      el('a.button', { href: exportOf(sessionId, format), download: true }, name),
    ),
  );
  const spending = el(
    'section.panel',
    {},
    el('h2', {}, 'Usage'),
    cost.node,
    tokens.node,
    context.node,
    table,
  );
  const node = el(
    'aside.side',
    { 'aria-label': 'About the session', tabindex: 0 },
    tasks.node,
    spending,
    tools.node,
    prompts.node,
    el('section.panel', {}, el('h2', {}, 'Session'), facts, exports),
  );
  let drawn = '';

  function update(story: Story, session: Partial<SessionState>): void {
    const spent = story.spent;
    const last = spent.at(-1);
    const costs = spent.flatMap(one => {
      const value = costOf(one);
      return value === undefined ? [] : [{ at: one.at, value }];
    });
    cost.update(thin(costs), (last && costWords(last)) || '–');
    tokens.update(thin(spent.map(({ at, tokens: value }) => ({ at, value }))), short(last?.tokens ?? 0));
    context.update(
      thin(story.context.map(({ at, tokens: value }) => ({ at, value }))),
      join(`${short(story.context.at(-1)?.tokens ?? 0)} tokens`, shareWords(session)),
    );
    spending.hidden = spent.length === 0 && story.context.length === 0;
    tasks.update(story);
    tools.update(story);
    drawModels(story.byModel);
    if (spent.length > 0) prompts.update(story.prompts);
    drawFacts({ ...story.facts.all, ...session });
  }

  function drawModels(byModel: Readonly<Record<string, UsageTotals>>): void {
    const rows = Object.entries(byModel);
    table.hidden = rows.length === 0;
    models.replaceChildren(
      ...rows.map(([model, used]) =>
        el(
          'tr',
          {},
          el('th.data', { scope: 'row' }, line(model, 40).replace(/^claude-/, '')),
          [used.input, used.output, used.cacheCreation, used.cacheRead].map(value =>
            el('td', {}, short(value)),
          ),
          el('td', {}, costWords(used)),
        ),
      ),
    );
  }

  function drawFacts(known: Known): void {
    const rows = factsOf(known);
    const key = JSON.stringify(rows);
    if (drawn === key) return;
    drawn = key;
    facts.replaceChildren(
      ...rows.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd.data', {}, value))),
    );
  }
  return { node, update };
}

/** What is told of a session; its own state knows better than its events. */
type Known = KnownFacts & { readonly sessionId?: unknown };

function factsOf(known: Known): (readonly [string, string])[] {
  const text = (value: unknown): string => line(value, 400);
  const rows: (readonly [string, string])[] = [
    ['Machine', text(known.node)],
    ['Folder', text(known.cwd)],
    ['Branch', text(known.gitBranch)],
    ['Model', text(known.model)],
    ['Mode', modeWords(known.permissionMode)],
    ['Started', known.startedAt === undefined ? '' : moment(known.startedAt)],
    ['Ended', known.endedAt === undefined ? '' : moment(known.endedAt)],
    ['Version', text(known.version)],
    ['Process', known.pid === undefined ? '' : String(known.pid)],
    ['Transcript', text(known.transcriptPath)],
    ['Id', text(known.sessionId)],
  ];
  return rows.filter(([, value]) => value !== '');
}

/** How much of the model's window that is. */
function shareWords(session: Partial<SessionState>): string {
  const share = contextShare(session);
  return share === undefined ? '' : `${Math.round(100 * share)} % of ${short(session.contextWindow ?? 0)}`;
}

/** Every so many points, and always the last. */
function thin(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / POINTS);
  return step <= 1 ? points : points.filter((_, index) => index % step === 0 || index === points.length - 1);
}
