// Tells when what was used has cost what it may: once for each budget and session, day or window of five hours.
import type { BudgetUsage, EventDraft, UsageTotals } from '../../protocol/index.ts';
import { costOf } from '../../protocol/index.ts';
import type { Span } from './blocks.ts';
import type { Crossings } from './crossings.ts';

/** A limit of what may be spent. */
export interface Budget {
  /** Tells it from all others. */
  readonly id: string;
  readonly per: 'session' | 'day' | '5h';
  /** US dollars. */
  readonly usd: number;
  /** A glob of folders; undefined for all. */
  readonly project: string | undefined;
  /** Whether it is for what is used in that folder. */
  readonly fits: (project: string) => boolean;
}

/** What is known of what was used. */
export interface Spending {
  /** What a session has used in all, and where. */
  session(sessionId: string): { readonly project: string; readonly used: UsageTotals } | undefined;
  /** What was used in a stretch of time, in the folders that fit. */
  within(span: Span, fits: (project: string) => boolean): UsageTotals;
  /** The window of five hours that a moment is in; undefined when nothing was used then. */
  windowAt(at: number): Span | undefined;
}

export class Budgets {
  readonly #budgets: readonly Budget[];
  readonly #crossings: Crossings;

  constructor(budgets: readonly Budget[], crossings: Crossings) {
    this.#budgets = budgets;
    this.#crossings = crossings;
  }

  /**
   * The budgets that are crossed now, as events.
   *
   * @param event what told that more was used, or what it cost
   * @param moments when that was used, in milliseconds since 1970
   */
  crossedBy(event: EventDraft, moments: readonly number[], spending: Spending): EventDraft[] {
    if (this.#budgets.length === 0 || moments.length === 0) return [];
    return this.#budgets.flatMap(budget =>
      budget.per === 'session'
        ? this.#bySession(budget, event, spending)
        : this.#inTime(budget, event, moments, spending),
    );
  }

  /** How all budgets stand: of the day and the window that are under way, and of the sessions named, if they have used anything. */
  standing(now: number, sessionIds: readonly string[], spending: Spending): BudgetUsage[] {
    return this.#budgets.flatMap(budget => {
      if (budget.per !== 'session') {
        const span = spanAt(budget, now, spending);
        const { spentUsd, estimated } = spentOf(span && spending.within(span, budget.fits));
        const crossed = span !== undefined && this.#crossings.within(budget.id, span);
        return [{ ...termsOf(budget), spentUsd, estimated, ...span, crossed }];
      }
      return sessionIds.flatMap(sessionId => {
        const session = spending.session(sessionId);
        if (session === undefined || !budget.fits(session.project)) return [];
        const spent = spentOf(session.used);
        if (spent.spentUsd === 0) return [];
        return [
          { ...termsOf(budget), ...spent, sessionId, crossed: this.#crossings.by(budget.id, sessionId) },
        ];
      });
    });
  }

  #bySession(budget: Budget, event: EventDraft, spending: Spending): EventDraft[] {
    const { sessionId } = event;
    if (this.#crossings.by(budget.id, sessionId)) return [];
    const session = spending.session(sessionId);
    if (session === undefined || !budget.fits(session.project)) return [];
    return crossing(budget, event, sessionId, spentOf(session.used));
  }

  #inTime(budget: Budget, event: EventDraft, moments: readonly number[], spending: Spending): EventDraft[] {
    const spans = new Map<number, Span>();
    for (const at of moments) {
      const span = spanAt(budget, at, spending);
      if (span && !this.#crossings.within(budget.id, span)) spans.set(span.startsAt, span);
    }
    return [...spans.values()].flatMap(span =>
      crossing(budget, event, '', spentOf(spending.within(span, budget.fits)), span),
    );
  }
}

function crossing(
  budget: Budget,
  { timestamp }: EventDraft,
  sessionId: string,
  spent: Spent,
  span?: Span,
): EventDraft[] {
  if (spent.spentUsd < budget.usd) return [];
  const data = { ...termsOf(budget), ...spent, ...span };
  return [{ type: 'usage.budget_crossed', timestamp, sessionId, source: 'hookline', data }];
}

interface Spent {
  readonly spentUsd: number;
  readonly estimated: boolean;
}

const spentOf = (used: UsageTotals | undefined): Spent => ({
  spentUsd: (used && costOf(used)) ?? 0,
  estimated: used?.costEstimateUsd !== undefined,
});

const termsOf = ({ id, per, usd, project }: Budget) => ({
  budget: id,
  per,
  usd,
  ...(project === undefined ? {} : { project }),
});

function spanAt({ per }: Budget, at: number, spending: Spending): Span | undefined {
  return per === 'day' ? dayAt(at) : spending.windowAt(at);
}

/** The day of a moment, where the daemon runs. */
function dayAt(at: number): Span {
  const time = new Date(at);
  const midnight = (later: number): number =>
    new Date(time.getFullYear(), time.getMonth(), time.getDate() + later).getTime();
  return { startsAt: midnight(0), endsAt: midnight(1) };
}
