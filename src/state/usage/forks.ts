// What a fork took along: its client goes on counting from where the account of the other session stood, and names neither.
import type { UsageTotals } from '../../protocol/index.ts';
import type { Account } from './account.ts';
import { type ByModel, difference, isLeft, minus, sum } from './totals.ts';

/** Tokens that a fork may have used besides what its transcript tells, such as for a title. */
const ASIDE = 10_000;

/**
 * The part of a fork's first account that others have spent, by model (observed with Claude Code 2.1.329). It is what another
 * session of the same project had reported, if there is one it fits; else all that the fork was not seen to use.
 */
export function takenAlong(fork: Account, told: ByModel, accounts: ReadonlyMap<string, Account>): ByModel {
  const unseen = difference(told, fork.byModel);
  let closest: { readonly reported: ByModel; readonly aside: number } | undefined;
  for (const { sessionId, project, reported } of accounts.values()) {
    if (sessionId === fork.sessionId || project !== fork.project || !reported) continue;
    const rest = minus(sum(unseen), sum(reported.byModel));
    const aside = tokens(rest);
    if (!isLeft(rest) || aside > (closest?.aside ?? ASIDE)) continue;
    closest = { reported: reported.byModel, aside };
  }
  return closest?.reported ?? unseen;
}

function tokens({ input, output, cacheRead, cacheCreation }: UsageTotals): number {
  return input + output + cacheRead + cacheCreation;
}
