// A budget of the configuration, as the state keeps to it.
import type { BudgetConfig } from '../config/config.ts';
import { folderFilter } from '../inbox/index.ts';
import type { Budget } from '../state/index.ts';

/** What the configuration says of a budget. */
export function ownBudget({ per, usd, project }: BudgetConfig): Budget {
  const id = [per, usd, ...(project === undefined ? [] : [project])].join(':');
  return { id, per, usd, project, fits: folderFilter(project) };
}
