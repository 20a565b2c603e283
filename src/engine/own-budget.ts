// A budget of the configuration, as the state keeps to it.
import type { BudgetConfig } from '../config/config.ts';
import { matchesFolder } from '../inbox/index.ts';
import type { Budget } from '../state/index.ts';

/** Folders of which it is remembered whether they fit: their names come from outside. */
const FOLDERS = 500;

/** What the configuration says of a budget. */
export function ownBudget({ per, usd, project }: BudgetConfig): Budget {
  const known = new Map<string, boolean>();
  const fits = (folder: string): boolean => {
    if (project === undefined) return true;
    const told = known.get(folder) ?? matchesFolder(folder, project);
    if (known.size >= FOLDERS) known.clear();
    known.set(folder, told);
    return told;
  };
  const id = [per, usd, ...(project === undefined ? [] : [project])].join(':');
  return { id, per, usd, project, fits };
}
