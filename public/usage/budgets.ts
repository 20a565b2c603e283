// How the budgets of the configuration stand: what is spent of each, and which are crossed.
import type { BudgetUsage } from '../../src/protocol/index.ts';
import { el } from '../design/dom.ts';
import { clock, money } from '../design/format.ts';
import { line } from '../design/text.ts';
import type { Live } from '../live/live.ts';
import { href } from '../shell/route.ts';

/** Sessions shown that have crossed theirs; there may be many. */
const SESSIONS = 10;

/** A panel with those of the day and the window, and the sessions that have crossed theirs; undefined where there are none. */
export function budgetPanel(rows: readonly BudgetUsage[], live: Live): HTMLElement | undefined {
  const crossed = rows.filter(({ per, crossed: is }) => per === 'session' && is);
  const shown = [...rows.filter(({ per }) => per !== 'session'), ...crossed.slice(0, SESSIONS)];
  if (shown.length === 0) return undefined;
  return el(
    'section.panel.usage-budgets',
    {},
    el('h2', {}, 'Budgets'),
    el(
      'ul.list',
      {},
      shown.map(row => budget(row, live)),
    ),
    crossed.length > SESSIONS
      ? el('p.faint.small', {}, `and ${crossed.length - SESSIONS} more sessions`)
      : undefined,
  );
}

function budget(
  { per, project, usd, spentUsd, estimated, crossed, sessionId, endsAt }: BudgetUsage,
  live: Live,
): HTMLElement {
  const until = endsAt === undefined ? '' : ` until ${clock(endsAt).slice(0, 5)}`;
  const name =
    sessionId === undefined
      ? { session: 'Each session', day: 'Today', '5h': `Five hours${until}` }[per]
      : el('a.data', { href: href('session', sessionId) }, live.nameOf(sessionId));
  const spent = `${estimated ? '~' : ''}${money(spentUsd)}`;
  const bar = el('span.part', { 'aria-hidden': 'true' });
  bar.style.width = `${Math.min(1, spentUsd / usd) * 100}%`;
  return el(
    'li',
    {},
    el(
      'span',
      {},
      name,
      project === undefined ? undefined : el('span.faint.data', {}, ` in ${line(project, 60)}`),
    ),
    el('span.spring'),
    crossed ? el('span.chip', { 'data-tone': 'wait' }, 'crossed') : undefined,
    el('span', {}, `${spent} of ${money(usd)}`),
    bar,
  );
}
