// What a session has used that its client has told no cost of yet, by when it was, and how a cost told later is divided over it.
import type { UsageTotals } from '../../protocol/index.ts';
import { isNothing, plus } from './totals.ts';

/** When, in milliseconds since 1970; the project, the model, and what was used. */
export type OpenRow = readonly [at: number, project: string, model: string, used: UsageTotals];

/** Most rows of a session; what is older stays an estimate. */
const ROWS = 1000;

/** The rows with one more, or with one that has become more. Those given are not changed. */
export function withOpen(rows: readonly OpenRow[], [at, project, model, used]: OpenRow): readonly OpenRow[] {
  const index = rows.findLastIndex(row => row[0] === at && row[1] === project && row[2] === model);
  const known = rows[index];
  if (known) return rows.with(index, [at, project, model, plus(known[3], used)]);
  return [...rows, [at, project, model, used] as const].slice(-ROWS);
}

/** A part of a cost, and when and where it was spent. */
export interface Share {
  readonly at: number;
  readonly project: string;
  readonly costUsd: number;
}

/** Divides a cost over the time in which the model was used; all of it goes to `last` when that is not known. */
export function divided(
  costUsd: number,
  model: string,
  rows: readonly OpenRow[],
  last: Omit<Share, 'costUsd'>,
): Share[] {
  const own = rows.filter(row => row[2] === model && !isNothing(row[3]));
  const all = own.reduce((sum, row) => sum + weight(row[3]), 0);
  if (all === 0) return [{ ...last, costUsd }];
  let rest = costUsd;
  return own.map(([at, project, , used], index) => {
    // The last one takes what rounding has left.
    const part = index === own.length - 1 ? rest : (costUsd * weight(used)) / all;
    rest -= part;
    return { at, project, costUsd: part };
  });
}

/** What kinds of tokens cost beside each other, whatever the model: this needs no list, so that a log tells the same again. */
function weight({ input, output, cacheRead, cacheCreation }: UsageTotals): number {
  return input + 5 * output + 0.1 * cacheRead + 1.25 * cacheCreation;
}
