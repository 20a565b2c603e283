// How the budgets of the configuration stand.
import { z } from 'zod';
import { BudgetUsage } from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import { cost, dollars } from '../text/amount.ts';
import { SHORT_ID } from '../text/labels.ts';
import { plainShort } from '../text/plain.ts';
import { table } from '../text/table.ts';
import type { TableStyle } from './tables.ts';

const ByBudget = z.object({ rows: z.array(BudgetUsage) });
const PERIODS = { session: 'session', day: 'today', '5h': 'five hours' } as const;
/** Characters of a glob. */
const GLOB = 40;

export async function budgetsNow(api: Api): Promise<BudgetUsage[]> {
  const { rows } = await api.get('/api/usage?by=budget', ByBudget);
  return rows;
}

/** A line for each day and window; of sessions, those that have crossed theirs. Nothing without budgets. */
export function budgetTable(rows: readonly BudgetUsage[], { colors }: TableStyle): string[] {
  const shown = rows.filter(({ per, crossed }) => per !== 'session' || crossed);
  if (shown.length === 0) return [];
  const right = true as const;
  return [
    '',
    ...table([
      ['BUDGET', 'SPENT', 'OF', ''].map((text, column) => ({
        text,
        paint: colors.dim,
        ...(column > 0 && column < 3 ? { right } : {}),
      })),
      ...shown.map(({ per, project, usd, spentUsd, estimated, crossed, sessionId }) => [
        { text: nameOf(per, project, sessionId) },
        { text: cost(estimated ? { costEstimateUsd: spentUsd } : { costUsd: spentUsd }), right },
        { text: dollars(usd), right },
        {
          text: crossed ? 'crossed' : `${Math.floor((100 * spentUsd) / usd)} %`,
          ...(crossed ? { paint: colors.red } : {}),
        },
      ]),
    ]),
  ];
}

function nameOf(per: BudgetUsage['per'], project: string | undefined, sessionId: string | undefined): string {
  const id = sessionId === undefined ? '' : ` ${plainShort(sessionId.slice(0, SHORT_ID), SHORT_ID)}`;
  return `${PERIODS[per]}${id}${project === undefined ? '' : ` in ${plainShort(project, GLOB)}`}`;
}
